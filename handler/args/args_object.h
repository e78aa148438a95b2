#pragma once
// The args while they gather: what is put in later wins over what is there under that name.

#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "runner/base/json.h"

namespace towermill {

class ArgsObject {
 public:
  ArgsObject() = default;
  /// The members of a JSON object; the text that was parsed has to outlive this.
  explicit ArgsObject(JsonValue object);

  /// `json` stays the caller's.
  void put(std::string name, std::string_view json);
  void put_own(std::string name, std::string json);

  /// The text of the object: as it came, unless something was put in or a name stands in it twice. Then each
  /// name has its first place and its last value, as in Python and JavaScript.
  std::string text() &&;

 private:
  std::string_view as_it_came_ = "{}";
  std::vector<JsonMember> members_;
  std::deque<std::string> own_;  // what members point to
};

}  // namespace towermill
