#include "handler/args/asked.h"

#include "runner/base/text.h"

namespace towermill {

std::vector<std::string> names_in_list(std::optional<std::string_view> list) {
  std::vector<std::string> names;
  for (const std::string& item : split(list.value_or(""), ','))
    if (const std::string_view name = trim(item); !name.empty()) names.emplace_back(name);
  return names;
}

Result<ArgsAsked> asked_in(const Query& query) {
  const auto wrap = query.flag("wrap_body");
  if (!wrap) return wrap.error();
  const auto raw = query.flag("raw");
  if (!raw) return raw.error();
  const auto skip = query.flag("skip_preprocessor");
  if (!skip) return skip.error();
  ArgsAsked asked;
  asked.wrap = *wrap ? Wrap::everything : Wrap::non_objects;
  asked.raw = *raw ? Raw::added : Raw::left_out;
  asked.preprocess = *skip ? Preprocess::no : Preprocess::yes;
  asked.include_header = names_in_list(query.get("include_header"));
  asked.include_query = names_in_list(query.get("include_query"));
  if (const auto payload = query.get("payload")) asked.payload = *payload;
  return asked;
}

}  // namespace towermill
