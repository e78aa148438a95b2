// What a JavaScript harness is told of its run.
#include <algorithm>
#include <mutex>
#include <optional>
#include <unordered_map>

#include "runner/base/json.h"
#include "runner/base/text.h"
#include "runner/languages/harness_frame.h"
#include "runner/languages/javascript/parameters.h"
#include "runner/languages/javascript/runtimes.h"
#include "runner/protocol/frames.h"

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

/// What stands in the run's message beside what every language has there.
struct Parameters {
  std::optional<std::string> of_entry, of_preprocessor;

  explicit Parameters(const RunSpec& spec) {
    const auto args = parse_json(spec.args, made_json_depth, JsonArrays::closed);
    const Result<JsonValue> made_by_preprocessor = Error{};
    const bool preprocesses = spec.preprocess == Preprocess::yes;
    if (const auto found = js_parameters(*spec.source))
      of_entry = parameter_list(*found, preprocesses ? made_by_preprocessor : args);
    if (!preprocesses) return;
    const auto found = js_parameters(*spec.source, preprocessor_name);
    of_preprocessor = parameter_list(found.value_or(std::vector<JsParameter>()), args);
  }

  void add_to(RunMessage& run) const {
    if (of_entry) run.parameters = *of_entry;
    if (of_preprocessor) run.preprocessor = *of_preprocessor;
  }
};

bool has_bigint(const RunSpec& spec) {
  const auto found = js_parameters(*spec.source);
  return found && std::any_of(found->begin(), found->end(),
                              [](const JsParameter& parameter) { return way_of(parameter) == "bigint"; });
}

/// Scripts for which that has been read from their source. Thread-safe.
class Read {
 public:
  bool takes_bigint(const RunSpec& spec) {
    {
      const std::lock_guard lock(mutex_);
      if (const auto found = read_.find(spec.source_hash); found != read_.end()) return found->second;
    }
    const bool takes = has_bigint(spec);
    const std::lock_guard lock(mutex_);
    if (read_.size() == most) read_.clear();
    return read_[spec.source_hash] = takes;
  }

 private:
  static constexpr std::size_t most = 4096;
  std::mutex mutex_;
  std::unordered_map<std::string, bool> read_;  // by hash
};

}  // namespace

std::string further_javascript_frame(const RunSpec& spec, const PlaceMessage& place) {
  static Read read;
  RunMessage run = run_message_of(spec);
  run.place = &place;
  std::optional<Parameters> parameters;
  if (spec.preprocess == Preprocess::yes || read.takes_bigint(spec)) parameters.emplace(spec).add_to(run);
  return make_frame(run_message(run));
}

void set_javascript_frames(Plan& plan, const RunSpec& spec, const ScriptModule* module,
                           std::string_view compiled) {
  ScriptMessage script = script_message_of(spec);
  script.compiled = compiled;
  RunMessage run = run_message_of(spec);
  const Parameters parameters(spec);
  parameters.add_to(run);
  std::string place;
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
