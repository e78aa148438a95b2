#include "handler/http/header_parameters.h"

#include <algorithm>
#include <utility>

#include "handler/http/message.h"
#include "runner/base/text.h"

namespace towermill {
namespace {

constexpr std::size_t most_parameters = 32;

/// Senders disagree on whether a backslash in a file's name is escaped: only before these two it is one.
bool is_escape(std::string_view text) {
  return text.size() >= 2 && text[0] == '\\' && (text[1] == '"' || text[1] == '\\');
}

/// Takes a value off the front of `rest`, which begins after the "=".
Result<std::string> take_value(std::string_view& rest) {
  if (!rest.starts_with('"')) {
    const std::string_view token = rest.substr(0, rest.find(';'));
    rest.remove_prefix(token.size());
    return std::string(trim(token));
  }
  std::string value;
  rest.remove_prefix(1);
  while (!rest.empty() && rest.front() != '"') {
    if (is_escape(rest)) rest.remove_prefix(1);
    value += rest.front();
    rest.remove_prefix(1);
  }
  if (rest.empty()) return Error{"a quoted value has no end"};
  rest.remove_prefix(1);
  return value;
}

/// Takes one parameter off the front of `rest`, which begins after a ";".
Result<HeaderParameter> take_parameter(std::string_view& rest) {
  const std::size_t equals = rest.find_first_of("=;");
  const std::string_view name = trim(rest.substr(0, equals));
  if (equals == std::string_view::npos || rest[equals] == ';' || !is_header_name(name))
    return Error{"a parameter is not written as name=value"};
  rest.remove_prefix(equals + 1);
  rest.remove_prefix(std::min(rest.find_first_not_of(" \t"), rest.size()));
  auto value = take_value(rest);
  if (!value) return value.error();
  return HeaderParameter{to_lower(name), std::move(*value)};
}

}  // namespace

const HeaderParameter* ParameterizedHeader::find(std::string_view name) const {
  const auto found = std::find_if(parameters.begin(), parameters.end(),
                                  [&](const HeaderParameter& parameter) { return parameter.name == name; });
  return found == parameters.end() ? nullptr : &*found;
}

Result<ParameterizedHeader> parse_parameters(std::string_view text) {
  ParameterizedHeader header;
  const std::size_t end = std::min(text.find(';'), text.size());
  header.value = to_lower(trim(text.substr(0, end)));
  std::string_view rest = text.substr(end);
  while (!(rest = trim(rest)).empty()) {
    if (rest.front() != ';') return Error{"something stands between a parameter and the next \";\""};
    rest.remove_prefix(1);
    if (trim(rest).empty()) break;
    if (trim(rest).front() == ';') continue;
    auto parameter = take_parameter(rest);
    if (!parameter) return parameter.error();
    if (header.parameters.size() == most_parameters) return Error{"there are more than 32 parameters"};
    if (header.find(parameter->name) != nullptr)
      return Error{"the parameter " + parameter->name + " stands there twice"};
    header.parameters.push_back(std::move(*parameter));
  }
  return header;
}

}  // namespace towermill
