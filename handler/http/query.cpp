#include "handler/http/query.h"

#include <algorithm>
#include <utility>

#include "runner/base/text.h"

namespace towermill {

Result<Query> Query::parse(std::string_view text) {
  auto fields = parse_form(text);
  if (!fields) return fields.error();
  Query query;
  query.items_ = std::move(*fields);
  return query;
}

std::optional<std::string_view> Query::get(std::string_view name) const {
  const auto found =
      std::find_if(items_.rbegin(), items_.rend(), [&](const FormField& i) { return i.name == name; });
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
