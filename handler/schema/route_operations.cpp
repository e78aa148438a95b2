#include "handler/schema/route_operations.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "handler/schema/rebase.h"
#include "runner/base/json.h"
#include "runner/base/text.h"

namespace towermill {
namespace {

bool is_one_of(const std::string& name, const std::vector<std::string>& names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// The members of an object, or the strings of a list, but those of these names.
std::string without(std::string_view json, const std::vector<std::string>& names) {
  auto value = parse_json(json, max_json_depth);
  const bool is_object = value->kind == JsonKind::object;
  std::erase_if(value->members, [&](const JsonMember& member) {
    if (is_object) return is_one_of(member.key, names);
    return member.kind == JsonKind::string && is_one_of(json_unquote(member.raw), names);
  });
  if (is_object) return json_object(value->members);
  std::string list;
  for (const JsonMember& item : value->members) list += (list.empty() ? "" : ",") + std::string(item.raw);
  return "[" + list + "]";
}

/// Those that no reference of the schema leads to: "#/properties/id" of another would lead nowhere.
std::vector<std::string> not_referred_to(std::string_view schema, std::vector<std::string> names) {
  std::erase_if(names, [&](const std::string& name) {
    return schema.find("\"#/properties" + pointer_step(name)) != schema.npos;
  });
  return names;
}

/// What the body has to hold of the args, where the path holds others.
std::string schema_of_body(const std::string& schema, const std::vector<std::string>& in_path) {
  auto value = parse_json(schema, max_json_depth, JsonArrays::closed);
  if (in_path.empty() || !value || value->kind != JsonKind::object) return schema;
  std::vector<std::string> texts;
  texts.reserve(value->members.size());
  for (JsonMember& member : value->members) {
    const bool holds_some = member.kind == JsonKind::object || member.kind == JsonKind::array;
    if (!holds_some) continue;
    if (member.key == "properties")
      member.raw = texts.emplace_back(without(member.raw, not_referred_to(schema, in_path)));
    if (member.key == "required" || member.key == "order")
      member.raw = texts.emplace_back(without(member.raw, in_path));
  }
  return json_object(value->members);
}

Operation operation_of(const HttpRoute& route) {
  Operation operation;
  operation.path = "/api/r";
  for (const RoutePart& part : route.path) {
    const bool fixed = part.kind == PartKind::fixed;
    operation.path += fixed ? "/" + part.text : "/{" + part.text + "}";
    if (!fixed) operation.path_parameters.push_back(part.text);
  }
  const HttpTrigger& trigger = *route.trigger;
  operation.method = to_lower(trigger.method);
  operation.id = trigger.method + " " + operation.path;
  operation.summary = trigger.summary;
  operation.description = trigger.description;
  if (trigger.request_type == RequestType::async) operation.answer = AnswersWith::job_id;
  if (trigger.request_type == RequestType::sync_sse) operation.answer = AnswersWith::events;
  return operation;
}

std::string schema_of_route(const HttpTrigger& trigger, const Script& script, const Interface& interface,
                            const std::vector<std::string>& in_path) {
  const bool takes_body = trigger.method != "GET" && trigger.method != "DELETE";
  if (!takes_body) return "";
  const bool takes_anything = interface.preprocessor || trigger.wrap_body;
  return takes_anything ? "{}" : schema_of_body(schema_of_args(script, interface), in_path);
}

}  // namespace

void add_routes(const Workspace& workspace, Interfaces& interfaces, const RouteTable& routes,
                const HeaderOf& header_of, std::vector<Operation>& operations) {
  for (const HttpRoute& route : routes_of(routes, workspace.name())) {
    const HttpTrigger& trigger = *route.trigger;
    if (!trigger.fault.empty() || trigger.method.empty() || !unsupported_in(trigger).empty()) continue;
    const auto lookup = workspace.find(trigger.script_path);
    const auto* script = std::get_if<std::shared_ptr<const Script>>(&lookup);
    if (script == nullptr) continue;
    Operation operation = operation_of(route);
    const std::string header = header_of ? header_of(workspace, trigger.authentication) : "";
    operation.security = security_of(trigger.authentication, header);
    operation.schema =
        schema_of_route(trigger, **script, *interfaces.of(**script), operation.path_parameters);
    operations.push_back(std::move(operation));
  }
}

}  // namespace towermill
