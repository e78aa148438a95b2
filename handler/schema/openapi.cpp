#include "handler/schema/openapi.h"

#include "runner/base/json.h"

namespace towermill {
namespace {

constexpr int pause_share = 10;

// What every operation refers to.
constexpr std::string_view components = R"({
"securitySchemes":{"token":{"type":"http","scheme":"bearer"}},
"schemas":{"Failure":{"type":"object","required":["error"],"properties":{"error":{"type":"object",
"required":["name","message"],"properties":{"name":{"type":"string"},"message":{"type":"string"},
"stack":{"type":"string"},"exit_code":{"type":"integer"}}}}}},
"responses":{
"Refused":{"description":"The request is not as it has to be","content":{"text/plain":{"schema":{"type":"string"}}}},
"Stranger":{"description":"The token is missing or wrong","content":{"text/plain":{"schema":{"type":"string"}}}},
"Failed":{"description":"The script failed","content":{"application/json":{"schema":{"$ref":"#/components/schemas/Failure"}}}},
"Busy":{"description":"A limit is reached on runs at once","content":{"text/plain":{"schema":{"type":"string"}}}},
"TimedOut":{"description":"The run took longer than it may","content":{"text/plain":{"schema":{"type":"string"}}}}}})";

constexpr std::string_view responses = R"({
"200":{"description":"What the script returned, if it chose no other status and type","content":{"application/json":{"schema":{}}}},
"400":{"$ref":"#/components/responses/Refused"},"422":{"$ref":"#/components/responses/Failed"},
"503":{"$ref":"#/components/responses/Busy"},"504":{"$ref":"#/components/responses/TimedOut"})";

std::string member(std::string_view name, std::string_view json) {
  return json_quote(name) + ":" + std::string(json);
}

std::string parameters_of(const Operation& operation) {
  std::string list;
  for (const std::string& name : operation.path_parameters)
    list += (list.empty() ? "" : ",") +
            std::string(R"({"in":"path","required":true,"schema":{"type":"string"},)") +
            member("name", json_quote(name)) + "}";
  return "[" + list + "]";
}

std::string text_of(const Operation& operation) {
  std::string text = "{" + member("operationId", json_quote(operation.id));
  if (!operation.summary.empty()) text += "," + member("summary", json_quote(operation.summary));
  if (!operation.description.empty()) text += "," + member("description", json_quote(operation.description));
  if (!operation.path_parameters.empty()) text += "," + member("parameters", parameters_of(operation));
  if (!operation.schema.empty())
    text += R"(,"requestBody":{"content":{"application/json":{)" + member("schema", operation.schema) + "}}}";
  text += "," + member("security", operation.needs_token ? R"([{"token":[]}])" : "[]");
  text += "," + member("responses", responses);
  if (operation.needs_token) text += R"(,"401":{"$ref":"#/components/responses/Stranger"})";
  return text + "}}";
}

/// Those of one path stand together; of two with the same method, which are an error of the workspace's, the
/// first is told.
std::string paths_of(const std::vector<Operation>& operations) {
  std::map<std::string_view, std::map<std::string_view, const Operation*>> paths;
  for (const Operation& operation : operations) paths[operation.path].emplace(operation.method, &operation);
  std::string text;
  for (const auto& [path, methods] : paths) {
    std::string one;
    for (const auto& [method, operation] : methods)
      one += (one.empty() ? "" : ",") + member(method, text_of(*operation));
    text += (text.empty() ? "" : ",") + member(path, "{" + one + "}");
  }
  return "{" + text + "}";
}

}  // namespace

std::string openapi_document(std::string_view workspace, std::string_view base_url,
                             const std::vector<Operation>& operations) {
  std::string text = R"({"openapi":"3.1.0","info":{)";
  text +=
      member("title", json_quote(workspace)) + "," + member("version", json_quote(TOWERMILL_VERSION)) + "},";
  text += R"("servers":[{)" + member("url", json_quote(base_url)) + "}],";
  text += member("paths", paths_of(operations)) + ",";
  return text + member("components", components) + "}";
}

std::shared_ptr<const std::string> ApiDocuments::of(const Workspace& workspace, std::string_view base_url) {
  const std::lock_guard lock(mutex_);
  Made& made = made_[workspace.name()];
  const TimePoint now = Clock::now();
  if (made.text && now < made.good_until) return made.text;
  made.text = std::make_shared<const std::string>(
      openapi_document(workspace.name(), base_url, operations_of(workspace, interfaces_, *routes_.now())));
  const TimePoint end = Clock::now();
  made.good_until = end + pause_share * (end - now);
  return made.text;
}

}  // namespace towermill
