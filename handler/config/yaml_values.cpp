#include "handler/config/yaml_values.h"

#include "runner/base/text.h"

namespace towermill {

std::string must_be(const YamlMember& member, const std::string& what) {
  const YamlNode& value = *member.value;
  const std::string given = value.kind == YamlKind::list  ? "a list"
                            : value.kind == YamlKind::map ? "a map"
                                                          : "\"" + printable(value.text.substr(0, 80)) + "\"";
  return member.key + " is " + given + ", but must be " + what;
}

YamlProblem read_text(const YamlMember& member, std::string& into) {
  if (member.value->kind != YamlKind::scalar) return must_be(member, "a text");
  into = member.value->text;
  return std::nullopt;
}

YamlProblem read_switch(const YamlMember& member, bool& into) {
  const std::string& word = member.value->text;
  if (member.value->kind != YamlKind::scalar || (word != "true" && word != "false"))
    return must_be(member, "true or false");
  into = word == "true";
  return std::nullopt;
}

}  // namespace towermill
