#include "handler/http/part_head.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "handler/http/encoded_names.h"
#include "handler/http/header_parameters.h"
#include "handler/http/message.h"
#include "runner/base/text.h"

namespace towermill {
namespace {

constexpr std::string_view line_end = "\r\n";

/// Takes one header's text off the front of `lines`; a line that begins with a blank goes on with the one
/// before it.
std::string take_unfolded(std::string_view& lines) {
  std::string text;
  do {
    const std::size_t end = std::min(lines.find(line_end), lines.size());
    text += lines.substr(0, end);
    lines.remove_prefix(std::min(end + line_end.size(), lines.size()));
  } while (lines.starts_with(' ') || lines.starts_with('\t'));
  return text;
}

Result<std::vector<Header>> parse_headers(std::string_view lines) {
  std::vector<Header> headers;
  while (!lines.empty()) {
    const std::string text = take_unfolded(lines);
    const std::size_t colon = std::min(text.find(':'), text.size());
    const std::string_view name = std::string_view(text).substr(0, colon);
    if (colon == text.size() || !is_header_name(name)) return Error{"a part has a malformed header"};
    const std::string_view value = trim(std::string_view(text).substr(colon + 1));
    if (!is_header_value(value)) return Error{"a part's header holds a control character"};
    headers.push_back({to_lower(name), std::string(value)});
  }
  return headers;
}

/// The value of that header, or "". Error: it stands there twice.
Result<std::string> only_value(const std::vector<Header>& headers, std::string_view name) {
  std::string value;
  int count = 0;
  for (const Header& header : headers) {
    if (header.name != name) continue;
    value = header.value;
    ++count;
  }
  if (count > 1) return Error{"a part has two headers " + std::string(name)};
  return value;
}

Result<std::optional<std::string>> file_name_of(const ParameterizedHeader& disposition) {
  if (const HeaderParameter* extended = disposition.find("filename*")) {
    auto name = decode_extended(extended->value);
    if (!name) return name.error();
    return std::optional(std::move(*name));
  }
  const HeaderParameter* plain = disposition.find("filename");
  if (plain == nullptr) return std::optional<std::string>();
  return std::optional(decode_words(decode_form_name(plain->value)));
}

Result<PartHead> parse_disposition(const std::string& text) {
  const auto disposition = parse_parameters(text);
  if (!disposition) return Error{"in a part's Content-Disposition " + disposition.error().message};
  const HeaderParameter* name = disposition->find("name");
  if (disposition->value != "form-data" || name == nullptr)
    return Error{"a part's Content-Disposition is not written as form-data; name=\"…\""};
  auto file_name = file_name_of(*disposition);
  if (!file_name) return Error{"in a part's file name " + file_name.error().message};
  return PartHead{decode_form_name(name->value), std::move(*file_name), {}};
}

bool is_plain(std::string_view transfer_encoding) {
  const std::string encoding = to_lower(transfer_encoding);
  return encoding.empty() || encoding == "7bit" || encoding == "8bit" || encoding == "binary";
}

}  // namespace

bool PartHead::is_file() const {
  return file_name.has_value() || (!content_type.empty() && !to_lower(content_type).starts_with("text/"));
}

Result<PartHead> parse_part_head(std::string_view lines) {
  const auto headers = parse_headers(lines);
  if (!headers) return headers.error();
  const auto disposition = only_value(*headers, "content-disposition");
  if (!disposition) return disposition.error();
  auto content_type = only_value(*headers, "content-type");
  if (!content_type) return content_type.error();
  const auto encoding = only_value(*headers, "content-transfer-encoding");
  if (!encoding) return encoding.error();
  // Deprecated for forms (RFC 7578 section 4.7): undecoded bytes would look like the file's own.
  if (!is_plain(*encoding))
    return Error{"a part's Content-Transfer-Encoding " + *encoding + " is not decoded"};
  auto head = parse_disposition(*disposition);
  if (head) head->content_type = std::move(*content_type);
  return head;
}

}  // namespace towermill
