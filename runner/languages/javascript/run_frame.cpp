// What a JavaScript harness is told of its run.
#include "runner/base/json.h"
#include "runner/base/text.h"
#include "runner/languages/harness_frame.h"
#include "runner/languages/javascript/parameters.h"
#include "runner/languages/javascript/runtimes.h"

namespace towermill {
namespace {

bool is_integer(std::string_view number) { return number.find_first_of(".eE") == std::string_view::npos; }

/// How the arg of that name becomes the parameter's value; "" where it is passed as it is.
std::string_view way_of(const JsParameter& parameter) {
  if (parameter.rest) return "rest";
  if (parameter.pattern) return "pattern";
  if (js_type_is(parameter.type, "Date")) return "date";
  if (js_type_is(parameter.type, "bigint")) return "bigint";
  return "";
}

/// The JSON array that place_args in args.mjs reads. `args` are what it will place, where they are known.
std::string parameter_list(const std::vector<JsParameter>& parameters, const Result<JsonValue>& args) {
  std::string list;
  for (const JsParameter& parameter : parameters) {
    const std::string_view way = way_of(parameter);
    list += (list.empty() ? "[{\"name\":" : ",{\"name\":") + json_quote(parameter.name);
    if (!way.empty()) list += ",\"as\":" + json_quote(way);
    const JsonMember* arg = way == "bigint" && args ? args->find(parameter.name) : nullptr;
    // Every digit: a number of JavaScript would keep 15 of them.
    if (arg != nullptr && arg->kind == JsonKind::number && is_integer(arg->raw))
      list += ",\"digits\":" + json_quote(arg->raw);
    list += '}';
  }
  return list.empty() ? "[]" : list + ']';
}

}  // namespace

void set_javascript_frames(Plan& plan, const RunSpec& spec, const ScriptModule* module,
                           std::string_view compiled) {
  ScriptMessage script = script_message_of(spec);
  script.compiled = compiled;
  RunMessage run = run_message_of(spec);
  const auto args =
      parse_json(spec.args, static_cast<std::size_t>(spec.limits.json_depth_limit), JsonArrays::closed);
  const Result<JsonValue> made_by_preprocessor = Error{};
  const bool preprocesses = spec.preprocess == Preprocess::yes;
  std::string parameters, preprocessor, place;
  if (const auto found = js_parameters(*spec.source, script.entry)) {
    parameters = parameter_list(*found, preprocesses ? made_by_preprocessor : args);
    run.parameters = parameters;
  }
  if (preprocesses) {
    const auto found = js_parameters(*spec.source, preprocessor_name);
    preprocessor = parameter_list(found.value_or(std::vector<JsParameter>()), args);
    run.preprocessor = preprocessor;
  }
  if (module != nullptr) {
    script.source = {};
    place = "{\"url\":" + json_quote(module->url) + ",\"root\":" + json_quote(module->root) +
            ",\"shift\":" + std::to_string(module->shift) + "}";
    script.module = place;
  }
  set_frames(plan, script, run);
}

std::string file_url(const std::string& path) {
  constexpr std::string_view plain = "-_.~@+/!$&'()*,:;=";
  std::string url = "file://";
  for (const char c : path) {
    const bool letter = ('a' <= c && c <= 'z') || ('A' <= c && c <= 'Z') || ('0' <= c && c <= '9');
    url += letter || plain.find(c) != std::string_view::npos ? std::string(1, c)
                                                             : "%" + to_hex(std::string_view(&c, 1));
  }
  return url;
}

std::string heap_mib(const RunSpec& spec) { return std::to_string(spec.limits.memory_bytes >> 20); }

}  // namespace towermill
