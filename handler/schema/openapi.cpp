#include "handler/schema/openapi.h"

#include "handler/schema/rebase.h"
#include "runner/base/json.h"

namespace towermill {
namespace {

constexpr int pause_share = 10;

// What every operation refers to.
constexpr std::string_view components =
    R"("schemas":{"Failure":{"type":"object","required":["error"],"properties":{"error":{"type":"object",
"required":["name","message"],"properties":{"name":{"type":"string"},"message":{"type":"string"},
"stack":{"type":"string"},"exit_code":{"type":"integer"}}}}}},
"responses":{
"Refused":{"description":"The request is not as it has to be","content":{"text/plain":{"schema":{"type":"string"}}}},
"Stranger":{"description":"What tells who calls is missing or wrong","content":{"text/plain":{"schema":{"type":"string"}},
"application/json":{"schema":{"type":"object"}}}},
"Failed":{"description":"The script failed","content":{"application/json":{"schema":{"$ref":"#/components/schemas/Failure"}}}},
"Busy":{"description":"A limit is reached on runs at once","content":{"text/plain":{"schema":{"type":"string"}}}},
"TimedOut":{"description":"The run took longer than it may","content":{"text/plain":{"schema":{"type":"string"}}}}}})";

constexpr std::string_view result =
    R"("200":{"description":"What the script returned, if it chose no other status and type","content":{"application/json":{"schema":{}}}},
"422":{"$ref":"#/components/responses/Failed"},"504":{"$ref":"#/components/responses/TimedOut"})";
constexpr std::string_view job_id =
    R"("201":{"description":"The id of the job, which runs later","content":{"text/plain":{"schema":{"type":"string","format":"uuid"}}}})";
constexpr std::string_view events =
    R"("200":{"description":"What the script says while it runs, and its result","content":{"text/event-stream":{"schema":{"type":"string"}}}})";
constexpr std::string_view refusals =
    R"("400":{"$ref":"#/components/responses/Refused"},"503":{"$ref":"#/components/responses/Busy"})";

std::string responses_of(AnswersWith answer) {
  const std::string_view good = answer == AnswersWith::job_id   ? job_id
                                : answer == AnswersWith::events ? events
                                                                : result;
  return "{" + std::string(good) + "," + std::string(refusals);
}

std::string member(std::string_view name, std::string_view json) {
  return json_quote(name) + ":" + std::string(json);
}

/// Under the names that the path has them by in the document, which may be another operation's.
std::string parameters_of(const Operation& operation, const Operation& first) {
  std::string list;
  for (std::size_t i = 0; i < operation.path_parameters.size(); ++i) {
    const std::string& own = operation.path_parameters[i];
    const std::string& name = first.path_parameters[i];
    list += (list.empty() ? "" : ",") +
            std::string(R"({"in":"path","required":true,"schema":{"type":"string"},)") +
            (own == name ? "" : member("description", json_quote("The arg " + own)) + ",") +
            member("name", json_quote(name)) + "}";
  }
  return "[" + list + "]";
}

std::string place_of_schema(const Operation& operation, const Operation& first) {
  return "#/paths" + pointer_step(first.path) + pointer_step(operation.method) +
         "/requestBody/content/application~1json/schema";
}

std::string text_of(const Operation& operation, const Operation& first) {
  std::string text = "{" + member("operationId", json_quote(operation.id));
  if (!operation.summary.empty()) text += "," + member("summary", json_quote(operation.summary));
  if (!operation.description.empty()) text += "," + member("description", json_quote(operation.description));
  if (!operation.path_parameters.empty()) text += "," + member("parameters", parameters_of(operation, first));
  if (!operation.schema.empty())
    text += R"(,"requestBody":{"content":{"application/json":{)" +
            member("schema", rebased(operation.schema, place_of_schema(operation, first))) + "}}}";
  const bool is_open = operation.security.name.empty();
  text += "," + member("security", is_open ? "[]" : "[{" + member(operation.security.name, "[]") + "}]");
  text += "," + member("responses", responses_of(operation.answer));
  if (!is_open) text += R"(,"401":{"$ref":"#/components/responses/Stranger"})";
  return text + "}}";
}

/// "/a/{}" of "/a/{x}": to OpenAPI, names of parameters make no other path.
std::string shape_of(const Operation& operation) {
  std::string shape;
  for (const char c : operation.path) {
    if (!shape.ends_with('{') || c == '}') shape += c;
  }
  return shape;
}

/// Those of one path stand together, as the first of them calls it; of two with the same method, which are an
/// error of the workspace's, the first is told.
std::string paths_of(const std::vector<Operation>& operations) {
  struct Path {
    const Operation* first = nullptr;
    std::map<std::string_view, const Operation*> methods;
  };
  std::map<std::string, Path> paths;
  for (const Operation& operation : operations) {
    Path& path = paths[shape_of(operation)];
    if (path.first == nullptr) path.first = &operation;
    path.methods.emplace(operation.method, &operation);
  }
  std::string text;
  for (const auto& [shape, path] : paths) {
    std::string one;
    for (const auto& [method, operation] : path.methods)
      one += (one.empty() ? "" : ",") + member(method, text_of(*operation, *path.first));
    text += (text.empty() ? "" : ",") + member(path.first->path, "{" + one + "}");
  }
  return "{" + text + "}";
}

std::string schemes_of(const std::vector<Operation>& operations) {
  std::map<std::string_view, std::string_view> schemes;
  for (const auto& operation : operations)
    schemes.emplace(operation.security.name, operation.security.scheme);
  std::string text;
  for (const auto& [name, scheme] : schemes)
    if (!name.empty()) text += (text.empty() ? "" : ",") + member(name, scheme);
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
  return text +
         member("components",
                "{" + member("securitySchemes", schemes_of(operations)) + "," + std::string(components)) +
         "}";
}

std::shared_ptr<const std::string> ApiDocuments::of(const Workspace& workspace, std::string_view base_url) {
  const std::lock_guard lock(mutex_);
  Made& made = made_[workspace.name()];
  const TimePoint now = Clock::now();
  if (made.text && now < made.good_until) return made.text;
  made.text = std::make_shared<const std::string>(openapi_document(
      workspace.name(), base_url, operations_of(workspace, interfaces_, *routes_.now(), header_of_)));
  const TimePoint end = Clock::now();
  made.good_until = end + pause_share * (end - now);
  return made.text;
}

}  // namespace towermill
