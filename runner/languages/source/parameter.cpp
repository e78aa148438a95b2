#include "runner/languages/source/parameter.h"

#include "runner/base/json.h"

namespace towermill {
namespace {

void add(std::string& list, const std::string& item) { list += (list.empty() ? "" : ",") + item; }

std::string with_default(const Parameter& parameter) {
  if (!parameter.default_value) return parameter.schema;
  const std::string rest = parameter.schema.substr(1);
  return "{\"default\":" + *parameter.default_value + (rest == "}" ? "" : ",") + rest;
}

}  // namespace

Parameter make_parameter(std::string name, const std::optional<SchemaType>& type, ParameterDefault standard) {
  Parameter parameter;
  parameter.name = std::move(name);
  if (type) {
    parameter.schema = type->text();
  } else if (standard.value) {
    parameter.schema = SchemaType::of_default(*standard.value).text();
  }
  const bool optional = type && (type->is_nullable() || type->may_be_absent());
  parameter.required = !standard.is_there && !optional;
  parameter.default_value = std::move(standard.value);
  return parameter;
}

std::string schema_of(const std::vector<Parameter>& parameters) {
  std::string properties, required, order;
  for (const Parameter& parameter : parameters) {
    const std::string name = json_quote(parameter.name);
    add(properties, name + ":" + with_default(parameter));
    if (parameter.required) add(required, name);
    add(order, name);
  }
  return R"({"$schema":"https://json-schema.org/draft/2020-12/schema","type":"object","properties":{)" +
         properties + "},\"required\":[" + required + "],\"order\":[" + order + "]}";
}

}  // namespace towermill
