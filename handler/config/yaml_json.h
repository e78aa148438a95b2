#pragma once
// YAML as JSON, for what others read as JSON.

#include <string>

#include "handler/config/yaml.h"
#include "runner/base/result.h"

namespace towermill {

/// The JSON of a node and all below it; a plain scalar is what YAML's core schema says, one in quotes a
/// string. Error: it names itself by aliases too often, or nests too deep.
Result<std::string> yaml_to_json(const YamlNode& node);

}  // namespace towermill
