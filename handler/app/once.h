#pragma once
// A process for one CGI request: the same pieces as the server's, as few of them as one request needs.

#include <string>

#include "handler/config/settings.h"
#include "handler/front/cgi_request.h"

namespace towermill {

/// Answers the request of `variables` and standard input on standard output, and returns the exit status once
/// no process of its run is left. SIGTERM ends the run early, and so does the web server's closing of
/// standard output. Call it on the main thread, with no other thread.
int serve_once(const CgiVariables& variables, Settings settings);

/// Answers that request with 500; why is for the log alone.
int refuse_once(const CgiVariables& variables, const std::string& why);

}  // namespace towermill
