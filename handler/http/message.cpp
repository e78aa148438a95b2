#include "handler/http/message.h"

#include <algorithm>

#include "runner/base/text.h"

namespace towermill {
namespace {

bool is_token_character(char c) {
  const bool alphanumeric = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  return alphanumeric || std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

bool is_field_character(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return c == '\t' || (byte >= 0x20 && byte != 0x7F);
}

}  // namespace

std::string_view Request::header(std::string_view lower_name) const {
  const auto found =
      std::find_if(headers.begin(), headers.end(), [&](const Header& h) { return h.name == lower_name; });
  return found == headers.end() ? std::string_view() : std::string_view(found->value);
}

Response text_response(int status, std::string_view line) {
  // What a caller or a script put into the line cannot make it two.
  return Response{status, {{"Content-Type", "text/plain"}}, printable(line)};
}

bool has_no_body(int status) { return status == 204 || status == 205 || status == 304; }

bool is_header_name(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), is_token_character);
}

bool is_header_value(std::string_view value) {
  return std::all_of(value.begin(), value.end(), is_field_character);
}

}  // namespace towermill
