#include "handler/args/cloud_headers.h"

#include "handler/http/form.h"
#include "handler/reply/errors.h"
#include "runner/base/text.h"

namespace towermill {
namespace {

constexpr std::string_view prefix = "ce-";

/// Without the quotes around strings in it (RFC 7230 section 3.2.6), which older senders write.
std::string unquoted(std::string_view value) {
  std::string text;
  bool is_quoted = false;
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (value[i] == '"')
      is_quoted = !is_quoted;
    else if (is_quoted && value[i] == '\\' && i + 1 < value.size())
      text += value[++i];
    else
      text += value[i];
  }
  return is_quoted ? std::string(value) : text;
}

/// Values are percent-encoded where they are not plain ASCII; who does not know that sends a bare "%".
std::string decoded(const std::string& value) {
  std::string plain = unquoted(value);
  const auto text = percent_decode(plain);
  return text ? *text : plain;
}

bool is_event(const Request& request) {
  return !request.header("ce-specversion").empty() &&
         !to_lower(request.header("content-type")).starts_with("application/cloudevents");
}

}  // namespace

std::optional<Response> put_cloud_headers(ArgsObject& args, const Request& request) {
  if (!is_event(request)) return std::nullopt;
  ArgsObject envelope;
  for (const Header& header : request.headers) {
    if (!header.name.starts_with(prefix)) continue;
    const std::string value = decoded(header.value);
    if (!is_utf8(value))
      return error_response(ServerError::invalid_utf8, "the header " + printable(header.name));
    envelope.put_own(header.name.substr(prefix.size()), json_quote(value));
  }
  if (const std::string_view type = request.header("content-type"); !type.empty())
    envelope.put_own("datacontenttype", json_quote(type));
  args.put_own(std::string(cloud_event_arg), std::move(envelope).text());
  return std::nullopt;
}

}  // namespace towermill
