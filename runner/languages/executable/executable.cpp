#include "runner/languages/executable/executable.h"

#include "runner/base/json.h"
#include "runner/base/text.h"
#include "runner/languages/stored_copy.h"

namespace towermill {
namespace {

class Executable : public Language {
 public:
  std::string_view name() const override { return "executable"; }

  bool can_reuse() const override { return false; }

  Planned plan(const RunSpec& spec, const Tools& tools) const override {
    auto program = stored_copy(tools.cache_dir, spec.source_hash, file_name_of(spec.file), *spec.source);
    if (!program) return not_stored("the program", program.error());
    Plan plan;
    plan.run_name = name();
    plan.program = std::move(*program);
    plan.argv = {plan.program};
    plan.stdin_bytes = spec.args;
    plan.stdout_use = Stdout::result;
    return plan;
  }

  Outcome at_exit(const RunSpec&, const Captured& captured) const override {
    if (!captured.exit.is_success()) return ended_without_result(captured);
    // JSON that is nested beyond the run's limit is JSON still, and refused as such where results are.
    const auto value = parse_json(captured.output, max_json_depth, JsonArrays::closed);
    if (value) return Returned{std::string(value->raw)};
    std::string_view text = captured.output;
    while (text.ends_with('\n')) text.remove_suffix(1);
    if (text.empty()) return Returned{"null"};
    if (is_utf8(text)) return Returned{json_quote(text)};
    return execution_error("the program's output is neither JSON nor text in UTF-8");
  }
};

}  // namespace

const Language& executable_language() {
  static const Executable language;
  return language;
}

}  // namespace towermill
