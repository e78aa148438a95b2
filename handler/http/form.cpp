#include "handler/http/form.h"

#include <algorithm>
#include <cerrno>
#include <charconv>

#include "runner/base/text.h"

namespace towermill {
namespace {

Result<std::string> decode_item(std::string_view text) {
  std::string blanks(text);
  std::replace(blanks.begin(), blanks.end(), '+', ' ');
  return percent_decode(blanks);
}

Result<FormField> decode_field(std::string_view item) {
  const std::size_t equals = std::min(item.find('='), item.size());
  auto name = decode_item(item.substr(0, equals));
  if (!name) return name.error();
  auto value = decode_item(item.substr(std::min(equals + 1, item.size())));
  if (!value) return value.error();
  return FormField{std::move(*name), std::move(*value)};
}

}  // namespace

Result<std::string> percent_decode(std::string_view text) {
  std::string decoded;
  decoded.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      decoded += text[i];
      continue;
    }
    const std::string_view digits = text.substr(i + 1, 2);
    unsigned value = 0;
    const auto [stop, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
    if (error != std::errc() || stop != digits.data() + 2) {
      return Error{"bad percent escape \"%" + printable(digits) + "\""};
    }
    decoded += static_cast<char>(value);
    i += 2;
  }
  return decoded;
}

Result<std::vector<FormField>> parse_form(std::string_view text, const FormLimits& limits) {
  std::vector<FormField> fields;
  while (!text.empty()) {
    const std::string_view item = text.substr(0, text.find('&'));
    text.remove_prefix(std::min(item.size() + 1, text.size()));
    if (item.empty()) continue;
    if (fields.size() == limits.fields)
      return Error{"form_fields_limit " + std::to_string(limits.fields), EFBIG};
    auto field = decode_field(item);
    if (!field) return field.error();
    if (field->name.size() > limits.name_bytes)
      return Error{"name_limit_bytes " + std::to_string(limits.name_bytes), EFBIG};
    fields.push_back(std::move(*field));
  }
  return fields;
}

}  // namespace towermill
