#include "runner/languages/javascript/signature.h"

#include <string>
#include <utility>

#include "runner/languages/javascript/lexer.h"
#include "runner/languages/javascript/parameters.h"
#include "runner/languages/javascript/types.h"
#include "runner/languages/source/literal.h"

namespace towermill {
namespace {

std::string_view constant(std::string_view word) {
  for (const std::string_view known : {"true", "false", "null"}) {
    if (word == known) return known;
  }
  return "";
}

constexpr LiteralStyle literals = {
    .constant = constant, .string = js_string, .arrow = ":", .bare_keys = true};

ParameterDefault default_of(const JsParameter& parameter) {
  if (parameter.default_value.empty()) return {};
  const SourceTokens tokens = js_tokens(parameter.default_value);
  return {true, literal_at(SourceCursor(tokens), literals)};
}

Parameter to_parameter(const JsParameter& one, JsTypes& types) {
  std::optional<SchemaType> type;
  if (!one.type.empty()) type = types.read(one.type);
  if (one.rest) type = type ? *type : SchemaType::of("array");
  Parameter parameter = make_parameter(one.name, type, default_of(one));
  // A pattern takes all args where none has its name.
  if (one.optional || one.rest || one.pattern) parameter.required = false;
  return parameter;
}

}  // namespace

std::optional<std::vector<Parameter>> js_signature(std::string_view source, std::string_view function) {
  const auto parameters = js_parameters(source, function);
  if (!parameters) return std::nullopt;
  const SourceTokens tokens = js_tokens(source);
  JsTypes types(tokens);
  std::vector<Parameter> found;
  for (const JsParameter& parameter : *parameters) found.push_back(to_parameter(parameter, types));
  return found;
}

}  // namespace towermill
