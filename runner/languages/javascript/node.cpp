#include <sys/stat.h>

#include "runner/base/crypto.h"
#include "runner/base/private_files.h"
#include "runner/base/text.h"
#include "runner/languages/javascript/bundle.h"
#include "runner/languages/javascript/harness.h"
#include "runner/languages/javascript/runtimes.h"
#include "runner/languages/stored_copy.h"

namespace towermill {

namespace embedded {
extern const std::string_view javascript_node;
extern const std::string_view javascript_process;
}  // namespace embedded

namespace {

// What harness and flags need to know, asked once of each binary: "hooks" where TypeScript is stripped and a
// module may be given as bytes (from 22.18 on), "transform" where enums and the like can be compiled too.
constexpr const char* features_program =
    "[process.features.typescript && require('module').registerHooks && 'hooks',"
    " process.allowedNodeEnvironmentFlags.has('--experimental-transform-types') && 'transform'].join(' ')";

constexpr std::string_view node_features = "what is known of Node.js";

/// The folder that keeps what is known of this binary; a new one in its place is another.
Result<std::string> features_folder(const Tools& tools) {
  struct stat found {};
  stat(tools.node.c_str(), &found);
  return cache_entry(tools.cache_dir, sha256_hex(tools.node + '\0' + std::to_string(found.st_size) + '\0' +
                                                 std::to_string(found.st_mtim.tv_sec) + '\0' +
                                                 std::to_string(found.st_mtim.tv_nsec)));
}

Preparation ask_for_features(const Tools& tools, const std::string& folder) {
  Preparation ask;
  ask.plan.run_name = "node";
  ask.plan.program = tools.node;
  ask.plan.argv = {tools.node, "-p", features_program};
  ask.plan.stdout_use = Stdout::result;
  ask.plan.memory_limit = MemoryLimit::engine;
  ask.finish = [folder](const Captured& captured) -> Outcome {
    const NotStarted failed{"Node.js cannot be started", ended_without_result(captured).message};
    if (!captured.exit.is_success()) return failed;
    if (auto stored = replace_file(folder + "/features", captured.output, 0400); !stored)
      return not_stored(node_features, stored.error());
    return Returned{"null"};
  };
  return ask;
}

// A file and not an argument of -e: Node.js gives its own flags to the processes and threads that a script
// starts, which load files. The way to its first module is then known to it, too, when the script is loaded.
Plan start(const RunSpec& spec, const Tools& tools, const std::string& harness) {
  Plan plan;
  plan.run_name = "node";
  plan.program = tools.node;
  plan.argv = {tools.node, "--max-old-space-size=" + heap_mib(spec), harness};
  plan.memory_limit = MemoryLimit::engine;
  plan.ahead = Ahead::yes;
  return plan;
}

}  // namespace

Planned plan_node(const RunSpec& spec, const Tools& tools) {
  const auto folder = features_folder(tools);
  if (!folder) return not_stored(node_features, folder.error());
  const auto features = stored_text(*folder + "/features");
  if (!features) return ask_for_features(tools, *folder);
  static const JsHarness harness =
      make_harness("node.mjs", {embedded::javascript_process, embedded::javascript_node});
  const auto harness_file = stored_harness(harness, tools);
  if (!harness_file) return not_stored("the harness for Node.js", harness_file.error());
  Plan plan = start(spec, tools, *harness_file);
  if (features->find("hooks") == std::string::npos) {
    auto bundled = find_bundle(spec, tools);
    if (auto* preparation = std::get_if<Preparation>(&bundled)) return std::move(*preparation);
    if (auto* outcome = std::get_if<Outcome>(&bundled)) return std::move(*outcome);
    set_javascript_frames(plan, spec, &std::get<ScriptModule>(bundled));
    return plan;
  }
  // It is not experimental to those who run it here; and a file's kind need not be told twice.
  plan.argv.insert(plan.argv.begin() + 1, {"--disable-warning=ExperimentalWarning",
                                           "--disable-warning=MODULE_TYPELESS_PACKAGE_JSON"});
  if (features->find("transform") != std::string::npos)
    plan.argv.insert(plan.argv.begin() + 1, "--experimental-transform-types");
  // Stripping types costs more than a whole start without: what came of it is kept, by its content.
  const auto compiled = cache_entry(tools.cache_dir, sha256_hex("node" + spec.source_hash));
  if (!compiled) return not_stored("the compiled script", compiled.error());
  set_javascript_frames(plan, spec, nullptr, *compiled);
  return plan;
}

}  // namespace towermill
