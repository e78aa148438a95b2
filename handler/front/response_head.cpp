#include "handler/front/response_head.h"

#include <fmt/format.h>

#include <iterator>
#include <string_view>

namespace towermill {

namespace {

struct Reason {
  int status;
  std::string_view phrase;
};

// RFC 9110 section 15: the ones a webhook is likely to answer. Others go out without a phrase, which is
// optional.
constexpr Reason reasons[] = {
    {200, "OK"},
    {201, "Created"},
    {202, "Accepted"},
    {204, "No Content"},
    {206, "Partial Content"},
    {301, "Moved Permanently"},
    {302, "Found"},
    {303, "See Other"},
    {304, "Not Modified"},
    {307, "Temporary Redirect"},
    {308, "Permanent Redirect"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {408, "Request Timeout"},
    {409, "Conflict"},
    {410, "Gone"},
    {413, "Content Too Large"},
    {415, "Unsupported Media Type"},
    {418, "I'm a teapot"},
    {422, "Unprocessable Content"},
    {429, "Too Many Requests"},
    {500, "Internal Server Error"},
    {501, "Not Implemented"},
    {502, "Bad Gateway"},
    {503, "Service Unavailable"},
    {504, "Gateway Timeout"},
};

std::string_view phrase_of(int status) {
  for (const Reason& reason : reasons)
    if (reason.status == status) return reason.phrase;
  return "";
}

}  // namespace

std::string response_head(const Response& response, std::optional<std::size_t> body_bytes) {
  std::string head = fmt::format("Status: {} {}\r\n", response.status, phrase_of(response.status));
  for (const Header& header : response.headers)
    fmt::format_to(std::back_inserter(head), "{}: {}\r\n", header.name, header.value);
  if (body_bytes && !has_no_body(response.status))
    fmt::format_to(std::back_inserter(head), "Content-Length: {}\r\n", *body_bytes);
  head += "\r\n";
  return head;
}

}  // namespace towermill
