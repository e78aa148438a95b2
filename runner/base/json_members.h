#pragma once
// An object of JSON, written member by member.

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "runner/base/json.h"

namespace towermill {

class JsonMembers {
 public:
  /// `json`: the text of one value.
  JsonMembers& add(std::string_view name, std::string_view json) {
    text_ += text_.empty() ? "{" : ",";
    text_ += json_quote(name) + ":";
    text_ += json;
    return *this;
  }
  JsonMembers& text(std::string_view name, std::string_view utf8) { return add(name, json_quote(utf8)); }
  JsonMembers& text_if_any(std::string_view name, std::string_view utf8) {
    return utf8.empty() ? *this : text(name, utf8);
  }
  JsonMembers& number(std::string_view name, std::int64_t number) {
    return add(name, std::to_string(number));
  }
  JsonMembers& number_if_any(std::string_view name, std::int64_t number) {
    return number == 0 ? *this : this->number(name, number);
  }
  JsonMembers& flag(std::string_view name, bool set) { return add(name, set ? "true" : "false"); }

  std::string object() && { return text_.empty() ? "{}" : std::move(text_) + "}"; }

 private:
  std::string text_;
};

}  // namespace towermill
