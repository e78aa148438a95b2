#include "runner/protocol/messages.h"

#include "runner/base/crypto.h"
#include "runner/base/json.h"
#include "runner/base/text.h"

namespace towermill {
namespace {

void add(std::string& object, std::string_view key, std::string_view raw) {
  object += object.empty() ? '{' : ',';
  object += json_quote(key);
  object += ':';
  object += raw;
}

std::string quoted_list(const std::vector<std::string>& items) {
  std::string list = "[";
  for (const std::string& item : items) {
    if (list.size() > 1) list += ',';
    list += json_quote(item);
  }
  return list += ']';
}

/// The text of a string member; an Error if there is none of that name.
Result<std::string> text_of(const JsonValue& message, std::string_view key) {
  const JsonMember* member = message.find(key);
  if (member == nullptr || member->kind != JsonKind::string) {
    return Error{"a message without the string \"" + std::string(key) + "\""};
  }
  return json_unquote(member->raw);
}

Result<Answer> parse_result(std::string_view content, std::size_t json_depth_limit) {
  content.remove_prefix(result_prefix.size());
  if (!content.ends_with(result_suffix)) return Error{"a result message without its end"};
  content.remove_suffix(result_suffix.size());
  const auto value = parse_json(content, json_depth_limit, JsonArrays::closed);
  if (!value) return Error{"the result is not valid JSON: " + value.error().message};
  return Answer{Returned{std::string(value->raw)}};
}

Result<Answer> parse_failure(const JsonValue& message) {
  auto name = text_of(message, "name");
  if (!name) return name.error();
  auto words = text_of(message, "message");
  if (!words) return words.error();
  auto stack = text_of(message, "stack");
  if (!stack) return stack.error();
  return Answer{Failed{std::move(*name), std::move(*words), std::move(*stack), std::nullopt}};
}

void add_place(std::string& message, const PlaceMessage& place) {
  add(message, place.told == Told::all ? "environment" : "environment_changes",
      quoted_list(place.environment));
  add(message, "working_directory", json_quote(place.working_directory));
}

}  // namespace

std::string place_message(const PlaceMessage& place) {
  std::string message;
  add(message, "type", R"("place")");
  add_place(message, place);
  return message += '}';
}

std::string script_message(const ScriptMessage& script) {
  std::string message;
  message.reserve(script.source.size() + 512);
  add(message, "type", R"("script")");
  add(message, "path", json_quote(script.path));
  add(message, "file", json_quote(script.file));
  if (is_utf8(script.source)) {
    add(message, "source", json_quote(script.source));
  } else {
    add(message, "source_base64", json_quote(base64_encode(script.source)));
  }
  add(message, "entry", json_quote(script.entry));
  add(message, "workspace_root", json_quote(script.workspace_root));
  if (script.module) add(message, "module", *script.module);
  if (!script.compiled.empty()) add(message, "compiled", json_quote(script.compiled));
  return message += '}';
}

std::string run_message(const RunMessage& run) {
  std::string message;
  message.reserve(run.args.size() + 1024);
  add(message, "type", R"("run")");
  add(message, "job_id", json_quote(run.job_id));
  add(message, "args", run.args);
  add(message, "time_left_ms", std::to_string(run.time_left_ms));
  if (run.parameters) add(message, "parameters", *run.parameters);
  if (run.preprocessor) add(message, "preprocessor", *run.preprocessor);
  if (run.after == AfterAnswer::stays) add(message, "stay", "true");
  if (run.place != nullptr) add_place(message, *run.place);
  return message += '}';
}

Result<Answer> parse_answer(std::string_view content, std::size_t json_depth_limit) {
  if (content.starts_with(result_prefix)) return parse_result(content, json_depth_limit);
  const auto message = parse_json(content);
  if (!message) return Error{"a message that is not valid JSON: " + message.error().message};
  const auto type = text_of(*message, "type");
  if (!type) return type.error();
  if (*type == "failure") return parse_failure(*message);
  if (*type != "stream") return Error{"a message of an unknown type"};
  auto text = text_of(*message, "text");
  if (!text) return text.error();
  return Answer{Streamed{std::move(*text)}};
}

}  // namespace towermill
