#include "runner/languages/bash/bash.h"

#include <algorithm>

#include "runner/base/json.h"
#include "runner/base/text.h"
#include "runner/languages/bash/parameters.h"
#include "runner/languages/bash/result_files.h"
#include "runner/languages/tools.h"

namespace towermill {

namespace embedded {
extern const std::string_view bash_prelude;
}  // namespace embedded

namespace {

constexpr std::size_t command_argument = 4;

// What a positional parameter is set to: strings bare, null and a missing arg empty, all else JSON text.
std::string shell_value(const JsonMember* arg) {
  if (arg == nullptr || arg->kind == JsonKind::null) return "";
  return arg->kind == JsonKind::string ? json_unquote(arg->raw) : std::string(arg->raw);
}

// The source, then the positional parameters, each with a NUL after it; or a BadArgs.
std::variant<std::string, Outcome> make_values(const RunSpec& spec) {
  const auto args = parse_json(spec.args, made_json_depth);
  if (!args) return BadArgs{"The args are no valid JSON: " + args.error().message};
  std::string values = *spec.source;
  std::erase(values, '\0');  // as bash does when it reads a file
  values += '\0';
  for (const auto& [name, standard] : bash_parameters(*spec.source)) {
    const std::string value = shell_value(args->find(name));
    if (value.find('\0') != std::string::npos) {
      return BadArgs{"The argument \"" + name + "\" holds a NUL, which a Bash variable cannot"};
    }
    values += value;
    values += '\0';
  }
  return values;
}

// Without a SHELL, bash looks into the system's list of users for one, which takes it some 25 system calls.
// What the script starts does not inherit ours.
void spare_looking_up_the_user(Plan& plan, const RunSpec& spec, const Tools& tools) {
  const auto is_shell = [](const std::string& variable) { return variable.starts_with("SHELL="); };
  if (std::any_of(spec.environment.begin(), spec.environment.end(), is_shell)) return;
  plan.environment = {"SHELL=" + tools.bash};
  plan.argv[command_argument].insert(0, "export -n SHELL; ");
}

Outcome from_json_file(const std::string& text, std::size_t json_depth_limit) {
  const auto value = parse_json(text, json_depth_limit, JsonArrays::closed);
  if (!value) return execution_error("result.json is not valid JSON: " + value.error().message);
  return Returned{std::string(value->raw)};
}

// A line that only happens to be a number or a word stays the string that it was printed as.
// JSON that is nested beyond the limit is JSON still, and refused as such where results are.
Outcome from_last_line(std::string_view output) {
  const std::string_view line = trim(output);
  if (line.empty()) return Returned{"null"};
  if (line.front() == '{' || line.front() == '[') {
    const auto value = parse_json(line, max_json_depth, JsonArrays::closed);
    if (value) return Returned{std::string(value->raw)};
  }
  return Returned{json_quote(line)};
}

/// Without what bash would put in the place of something.
bool is_plain(std::string_view text) { return text.find_first_of("$`\\\"") == std::string_view::npos; }

Parameter to_parameter(const BashParameter& one) {
  ParameterDefault standard;
  standard.is_there = one.default_value.has_value();
  if (one.default_value && is_plain(*one.default_value)) standard.value = json_quote(*one.default_value);
  return make_parameter(one.name, SchemaType::of("string"), std::move(standard));
}

class Bash : public Language {
 public:
  std::string_view name() const override { return "bash"; }

  std::optional<std::vector<Parameter>> parameters(std::string_view source,
                                                   std::string_view function) const override {
    if (function != "main") return std::nullopt;
    std::vector<Parameter> found;
    for (const BashParameter& one : bash_parameters(source)) found.push_back(to_parameter(one));
    return found;
  }

  std::optional<NotStarted> missing(std::string_view, const Tools& tools) const override {
    return missing_tool(tools.bash, "Bash", "bash");
  }

  bool can_reuse() const override { return false; }

  Planned plan(const RunSpec& spec, const Tools& tools) const override {
    if (auto why = missing(*spec.source, tools)) return Outcome(std::move(*why));
    auto values = make_values(spec);
    if (auto* refused = std::get_if<Outcome>(&values)) return std::move(*refused);
    Plan plan;
    plan.run_name = name();
    plan.program = tools.bash;
    plan.argv = {tools.bash, "--noprofile", "--norc", "-c", std::string(embedded::bash_prelude), spec.file};
    spare_looking_up_the_user(plan, spec, tools);
    plan.values = std::get<std::string>(std::move(values));
    plan.stdout_use = Stdout::log_and_last_line;
    return plan;
  }

  Outcome at_exit(const RunSpec& spec, const Captured& captured) const override {
    if (!captured.exit.is_success()) return ended_without_result(captured);
    const auto limit = static_cast<std::size_t>(spec.limits.result_limit_bytes);
    const auto depth = static_cast<std::size_t>(spec.limits.json_depth_limit);
    const auto json = read_result_file(captured.work_dir, "result.json", limit);
    if (!json) return execution_error(json.error().message);
    if (*json) return from_json_file(**json, depth);
    const auto text = read_result_file(captured.work_dir, "result.out", limit);
    if (!text) return execution_error(text.error().message);
    if (*text) return Returned{json_quote(**text)};
    if (captured.output_was_cut)
      return execution_error("the last line is longer than result_limit_bytes " + std::to_string(limit));
    return from_last_line(captured.output);
  }
};

}  // namespace

const Language& bash_language() {
  static const Bash language;
  return language;
}

}  // namespace towermill
