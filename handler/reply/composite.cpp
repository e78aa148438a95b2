#include "handler/reply/composite.h"

#include <algorithm>

#include "handler/reply/errors.h"
#include "handler/reply/headers.h"
#include "handler/reply/status.h"
#include "runner/base/crypto.h"
#include "runner/base/text.h"

namespace towermill {
namespace {

using Body = std::variant<std::string, Response>;

bool is_content_type(const Header& header) { return equals_ignoring_case(header.name, "content-type"); }

std::optional<int> choose_status(const Reserved& reserved, const ReplyOptions& options) {
  if (reserved.status_number) return parse_status(*reserved.status_number);
  if (reserved.failure) return options.failure_status;
  return reserved.result ? 200 : 204;
}

Body decoded_body(const Reserved& reserved) {
  if (*reserved.transfer_encoding != "base64") {
    return error_response(ServerError::transfer_encoding_unknown, *reserved.transfer_encoding);
  }
  if (!reserved.content_type) return error_response(ServerError::transfer_encoding_untyped);
  if (!reserved.result || reserved.result->kind != JsonKind::string) {
    return error_response(ServerError::transfer_encoding_no_string);
  }
  auto bytes = base64_decode(json_unquote(reserved.result->raw), Base64::standard);
  if (!bytes) return error_response(ServerError::transfer_encoding_bad, bytes.error().message);
  return std::move(*bytes);
}

Body make_body(const Reserved& reserved, const ReplyOptions& options) {
  if (reserved.transfer_encoding) return decoded_body(reserved);
  if (!reserved.result) return std::string();
  const bool as_text = reserved.content_type && reserved.result->kind == JsonKind::string &&
                       options.string_body == StringBody::text;
  return as_text ? json_unquote(reserved.result->raw) : std::string(reserved.result->raw);
}

// More than a web server would take: nginx's fastcgi_buffer_size is 4 to 64 KiB.
constexpr std::size_t headers_limit_bytes = 48 * 1024;

bool too_large(const std::vector<Header>& headers) {
  std::size_t bytes = 0;
  for (const Header& header : headers) bytes += header.name.size() + header.value.size() + 4;
  return bytes > headers_limit_bytes;
}

std::optional<Response> refuse(const Reserved& reserved, const ReplyOptions& options) {
  if (too_large(reserved.headers)) return error_response(ServerError::headers_too_large);
  if (std::count_if(reserved.headers.begin(), reserved.headers.end(), is_content_type) > 1)
    return error_response(ServerError::invalid_content_type, "given more than once");
  for (const Header& header : reserved.headers) {
    if (auto refusal = refuse_header(header, options)) return refusal;
  }
  if (reserved.content_type) return refuse_content_type(*reserved.content_type);
  return std::nullopt;
}

// windmill_content_type, else a Content-Type among the headers, else JSON's where there is a body.
std::vector<Header> make_headers(const Reserved& reserved) {
  std::vector<Header> headers = reserved.headers;
  if (reserved.content_type) {
    std::erase_if(headers, is_content_type);
    headers.insert(headers.begin(), {"Content-Type", *reserved.content_type});
  } else if (reserved.result && std::none_of(headers.begin(), headers.end(), is_content_type)) {
    headers.insert(headers.begin(), {"Content-Type", "application/json"});
  }
  return headers;
}

}  // namespace

Response composite_response(const Reserved& reserved, const ReplyOptions& options) {
  const auto status = choose_status(reserved, options);
  if (!status) return error_response(ServerError::invalid_status_code);
  if (auto refusal = refuse(reserved, options)) return std::move(*refusal);
  Body body = make_body(reserved, options);
  if (auto* const refusal = std::get_if<Response>(&body)) return std::move(*refusal);
  Response response{*status, make_headers(reserved), std::get<std::string>(std::move(body))};
  if (has_no_body(*status)) {
    response.body.clear();
    std::erase_if(response.headers, is_content_type);
  }
  return response;
}

}  // namespace towermill
