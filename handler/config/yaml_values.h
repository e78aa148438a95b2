#pragma once
// A yaml's values as what they have to be; each problem is a sentence that names the key.

#include <optional>
#include <string>

#include "handler/config/yaml.h"

namespace towermill {

using YamlProblem = std::optional<std::string>;  // nullopt: there is none

/// `mode is "on", but must be …`.
std::string must_be(const YamlMember& member, const std::string& what);

YamlProblem read_text(const YamlMember& member, std::string& into);
YamlProblem read_switch(const YamlMember& member, bool& into);

}  // namespace towermill
