#include "handler/http/query.h"

#include <algorithm>
#include <charconv>

#include "runner/base/text.h"

namespace towermill {
namespace {

Result<std::string> decode_item(std::string_view text) {
  std::string blanks(text);
  std::replace(blanks.begin(), blanks.end(), '+', ' ');
  return percent_decode(blanks);
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

Result<Query> Query::parse(std::string_view text) {
  Query query;
  for (const std::string& item : split(text, '&')) {
    if (item.empty()) continue;
    const std::size_t equals = std::min(item.find('='), item.size());
    auto name = decode_item(std::string_view(item).substr(0, equals));
    if (!name) return name.error();
    auto value = decode_item(std::string_view(item).substr(std::min(equals + 1, item.size())));
    if (!value) return value.error();
    query.items_.push_back({std::move(*name), std::move(*value)});
  }
  return query;
}

std::optional<std::string_view> Query::get(std::string_view name) const {
  const auto found =
      std::find_if(items_.rbegin(), items_.rend(), [&](const Item& i) { return i.name == name; });
  if (found == items_.rend()) return std::nullopt;
  return found->value;
}

Result<bool> Query::flag(std::string_view name) const {
  const auto value = get(name);
  if (!value) return false;
  if (*value == "true" || *value == "1" || value->empty()) return true;
  if (*value == "false" || *value == "0") return false;
  return Error{"the query parameter " + std::string(name) + " is true or false, not \"" + printable(*value) +
               "\""};
}

Result<std::optional<long>> Query::integer(std::string_view name) const {
  const auto value = get(name);
  if (!value) return std::optional<long>();
  if (const auto number = to_integer(*value)) return std::optional<long>(*number);
  return Error{"the query parameter " + std::string(name) + " is a whole number, not \"" + printable(*value) +
               "\""};
}

}  // namespace towermill
