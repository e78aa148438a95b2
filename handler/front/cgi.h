#pragma once
// One CGI request (RFC 3875): read from the environment and standard input, answered on standard output.

#include <functional>
#include <memory>
#include <string>

#include "handler/front/cgi_request.h"
#include "handler/http/exchange.h"

namespace towermill {

struct CgiOptions {
  std::string base_path;
  std::size_t body_limit_bytes;
  int read_ms;                   // for each piece: a web server passes a slow client's body on as it comes
  int write_ms;                  // for each piece, as a slow client takes the answer
  int in, out;                   // not owned
  int client_fd;                 // Exchange::client_fd; not owned
  std::function<void()> at_end;  // called when the exchange is destroyed, on whichever thread does it
};

/// Whether a web server has started this process for one request.
bool is_cgi(const CgiVariables& variables);

/// Reads the request whole. nullptr: it could not be taken, and was answered here (400, 408, 413).
std::unique_ptr<Exchange> read_cgi(const CgiVariables& variables, const CgiOptions& options);

/// Writes the response, for HEAD without its body. Where SIGPIPE is not blocked, a reader that is gone ends
/// the process. False: it could not be written whole.
bool write_cgi(const Response& response, std::string_view method, int out, int write_ms);

}  // namespace towermill
