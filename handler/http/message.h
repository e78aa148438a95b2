#pragma once
// A request and a response as values. No I/O, no protocol below HTTP's meaning.

#include <string>
#include <string_view>
#include <vector>

namespace towermill {

struct Header {
  std::string name;
  std::string value;
};

/// Without its body: see exchange.h.
struct Request {
  std::string method;  // "POST"
  std::vector<std::string>
      segments;       // of the path below the mount, each percent-decoded once; "/a//b" has an empty one
  std::string query;  // raw, without "?"
  std::vector<Header> headers;  // names in lower case, with "-"
  std::string remote_address;   // as the web server vouches for it

  /// The first header of that lower-case name, or "".
  std::string_view header(std::string_view lower_name) const;
};

struct Response {
  int status = 200;
  std::vector<Header> headers;  // Content-Type among them; the front adds Content-Length
  std::string body;
};

/// A one-line text/plain answer, as all errors of the server itself are.
Response text_response(int status, std::string_view line);

/// 204, 205 and 304 (RFC 9110 sections 15.3.5, 15.3.6, 15.4.5).
bool has_no_body(int status);

/// True for a token of RFC 9110 section 5.6.2.
bool is_header_name(std::string_view name);
/// True for a field value of RFC 9110 section 5.5: visible characters, blanks, tabs, obs-text; no CR, LF, NUL
/// or other control.
bool is_header_value(std::string_view value);

}  // namespace towermill
