#include "handler/reply/headers.h"

#include <algorithm>
#include <array>

#include "handler/reply/errors.h"
#include "runner/base/text.h"

namespace towermill {
namespace {

// These frame the message or belong to the connection: the web server's to set.
constexpr std::array<std::string_view, 8> framing_names = {
    "content-length", "transfer-encoding", "connection", "keep-alive", "upgrade", "te", "trailer", "status"};

bool frames_message(std::string_view lower_name) {
  return lower_name.starts_with("proxy-") ||
         std::find(framing_names.begin(), framing_names.end(), lower_name) != framing_names.end();
}

// type "/" subtype of RFC 9110 section 8.3.1; what follows ";" only has to be a field value.
bool is_media_type(std::string_view text) {
  const std::string_view essence = trim(text.substr(0, text.find(';')));
  const std::size_t slash = essence.find('/');
  return slash != std::string_view::npos && is_header_name(essence.substr(0, slash)) &&
         is_header_name(essence.substr(slash + 1)) && is_header_value(text);
}

}  // namespace

std::optional<Response> refuse_content_type(std::string_view type) {
  if (is_media_type(type)) return std::nullopt;
  return error_response(ServerError::invalid_content_type, type);
}

std::optional<Response> refuse_header(const Header& header, const ReplyOptions& options) {
  const std::string lower_name = to_lower(header.name);
  const auto refuse_name = [&](std::string_view why) {
    return error_response(ServerError::invalid_header_name, header.name + ": " + std::string(why));
  };
  if (!is_header_name(header.name)) return refuse_name("it is no token");
  if (frames_message(lower_name)) return refuse_name("it frames the message and is not a script's to send");
  if (lower_name.starts_with("x-accel-") && !options.allow_x_accel) {
    return refuse_name("it steers nginx, which the setting allow_x_accel does not allow");
  }
  if (lower_name == "content-type") return refuse_content_type(header.value);
  if (!is_header_value(header.value)) return error_response(ServerError::invalid_header_value, header.name);
  return std::nullopt;
}

}  // namespace towermill
