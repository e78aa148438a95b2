#pragma once
// The parameters of a script's function, as its source tells them: what a schema is made of.

#include <optional>
#include <string>
#include <vector>

#include "runner/languages/source/schema_type.h"

namespace towermill {

struct Parameter {
  std::string name;
  std::string schema = "{}";                 // the text of its JSON Schema, its default not in there
  std::optional<std::string> default_value;  // JSON, where it is a plain value
  bool required = true;
};

/// What stands behind a parameter's "=".
struct ParameterDefault {
  bool is_there = false;
  std::optional<std::string> value;  // JSON, where it is a plain value
};

/// One without a type is of its default's; one that may be null or absent is not required.
Parameter make_parameter(std::string name, const std::optional<SchemaType>& type, ParameterDefault standard);

/// The JSON Schema of the args, in the form of Windmill's: `$schema`, `type`, `properties`, `required`,
/// `order`.
std::string schema_of(const std::vector<Parameter>& parameters);

}  // namespace towermill
