#include "runner/languages/javascript/harness.h"
#include "runner/languages/javascript/runtimes.h"
#include "runner/languages/stored_copy.h"

namespace towermill {

namespace embedded {
extern const std::string_view javascript_bun;
extern const std::string_view javascript_process;
}  // namespace embedded

Planned plan_bun(const RunSpec& spec, const Tools& tools) {
  static const JsHarness harness =
      make_harness("bun.mjs", {embedded::javascript_process, embedded::javascript_bun});
  const auto compiled = cache_entry(tools.cache_dir, "bun");
  if (!compiled) return not_stored("the compiled script", compiled.error());
  Plan plan;
  plan.run_name = "bun";
  plan.program = tools.bun;
  // Packages come from node_modules: no run waits for a registry, or runs what it gives today.
  plan.argv = {tools.bun, "--no-install", "-e", harness.text};
  // Else it has a folder in HOME, which is the run's own.
  plan.environment = {"BUN_RUNTIME_TRANSPILER_CACHE_PATH=" + *compiled};
  plan.memory_limit = MemoryLimit::written;
  plan.ahead = Ahead::yes;
  set_javascript_frames(plan, spec);
  return plan;
}

}  // namespace towermill
