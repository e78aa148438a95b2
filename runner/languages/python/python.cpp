#include "runner/languages/python/python.h"

#include "runner/base/crypto.h"
#include "runner/base/text.h"
#include "runner/languages/harness_frame.h"
#include "runner/languages/python/parameters.h"
#include "runner/languages/python/preload.h"
#include "runner/languages/stored_copy.h"
#include "runner/languages/tools.h"

namespace towermill {

namespace embedded {
extern const std::string_view python_values;
extern const std::string_view python_harness;
extern const std::string_view python_start;
extern const std::string_view python_fork_server;
extern const std::string_view python_native;
}  // namespace embedded

namespace {

// The folder of the harness and the fork server as modules. Python itself puts the compiled forms beside
// them, for each of its versions, and looks whether those still fit.
Result<std::string> modules_folder(const std::string& cache_dir) {
  static const std::string harness = std::string(embedded::python_values).append(embedded::python_harness);
  static const std::string server(embedded::python_fork_server);
  static const std::string native(embedded::python_native);
  static const std::string hash = sha256_hex(harness + server + native);
  auto file = stored_copy(cache_dir, hash, "towermill_harness.py", harness);
  if (file) file = stored_copy(cache_dir, hash, "towermill_fork_server.py", server);
  if (file) file = stored_copy(cache_dir, hash, "towermill_native.abi3.so", native);
  if (!file) return file.error();
  return folder_of(*file);
}

// -I leaves user, environment and working directory out of the search for modules. Its own path is argv[0]:
// Python looks for its libraries where it is called.
std::vector<std::string> start_of(const Tools& tools, const std::string& folder) {
  return {tools.python, "-I", "-c", std::string(embedded::python_start), folder};
}

std::vector<std::string> start_of_fork_server(const RunSpec& spec, const Tools& tools,
                                              const std::string& folder) {
  auto argv = start_of(tools, folder);
  argv.emplace_back("fork");
  for (std::string& module : modules_to_preload(spec)) argv.push_back(std::move(module));
  return argv;
}

class Python : public Language {
 public:
  std::string_view name() const override { return "python3"; }

  std::optional<std::vector<Parameter>> parameters(std::string_view source,
                                                   std::string_view function) const override {
    return python_parameters(source, function);
  }

  bool has_preprocessors() const override { return true; }

  std::optional<NotStarted> missing(std::string_view, const Tools& tools) const override {
    return missing_tool(tools.python, "Python", "python3");
  }

  bool can_preload() const override { return true; }

  Planned plan(const RunSpec& spec, const Tools& tools) const override {
    if (auto why = missing(*spec.source, tools)) return Outcome(std::move(*why));
    const auto folder = modules_folder(tools.cache_dir);
    if (!folder) return not_stored("the harness for Python", folder.error());
    Plan plan;
    plan.run_name = "python";
    plan.program = tools.python;
    plan.argv = start_of(tools, *folder);
    plan.fork_server = start_of_fork_server(spec, tools, *folder);
    set_frames(plan, spec);
    return plan;
  }

  Outcome at_exit(const RunSpec&, const Captured& captured) const override {
    return ended_without_result(captured);
  }
};

}  // namespace

const Language& python_language() {
  static const Python language;
  return language;
}

}  // namespace towermill
