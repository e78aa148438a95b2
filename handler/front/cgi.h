#pragma once
// One CGI request (RFC 3875): read from the environment and standard input, answered on standard output.

#include <functional>
#include <memory>
#include <string>

#include "handler/front/cgi_request.h"
#include "handler/http/exchange.h"

namespace towermill {

/// Descriptors, not owned, and how long one may wait for each piece: a web server passes on what a slow
/// client sends, and what it takes, as it comes.
struct CgiWays {
  int in, out;
  int read_ms, write_ms;
  int stop = -1;  // readable: what is still being read is not waited for
};

struct CgiOptions {
  std::string base_path;
  CgiWays ways;
  int client_fd;  // Exchange::client_fd; not owned
  /// Answers a request that cannot be taken, of which nothing but the method may have been read.
  std::function<void(Exchange&, const Response&)> refuse;
  std::function<void()> at_end;  // called when the exchange is destroyed, on whichever thread does it
};

/// Whether a web server has started this process for one request.
bool is_cgi(const CgiVariables& variables);

/// nullptr: the request could not be taken, and was answered here (400).
std::unique_ptr<Exchange> read_cgi(const CgiVariables& variables, const CgiOptions& options);

/// Answers a request whose body is not all read, with these ways in and out. Where SIGPIPE is not blocked, a
/// reader that is gone ends the process.
void refuse_cgi(const Response& response, const CgiVariables& variables, const CgiWays& ways);

}  // namespace towermill
