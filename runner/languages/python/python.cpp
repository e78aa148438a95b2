#include "runner/languages/python/python.h"

#include "runner/base/crypto.h"
#include "runner/base/text.h"
#include "runner/languages/harness_frame.h"
#include "runner/languages/stored_copy.h"
#include "runner/languages/tools.h"

namespace towermill {

namespace embedded {
extern const std::string_view python_values;
extern const std::string_view python_harness;
extern const std::string_view python_start;
}  // namespace embedded

namespace {

// The folder of the harness as a module. Python itself puts the compiled form beside it, for each of its
// versions, and looks whether that still fits.
Result<std::string> harness_folder(const std::string& cache_dir) {
  static const std::string module = std::string(embedded::python_values).append(embedded::python_harness);
  static const std::string hash = sha256_hex(module);
  const auto file = stored_copy(cache_dir, hash, "towermill_harness.py", module);
  if (!file) return file.error();
  return folder_of(*file);
}

class Python : public Language {
 public:
  std::string_view name() const override { return "python3"; }

  std::optional<NotStarted> missing(std::string_view, const Tools& tools) const override {
    return missing_tool(tools.python, "Python", "python3");
  }

  Planned plan(const RunSpec& spec, const Tools& tools) const override {
    if (auto why = missing(*spec.source, tools)) return Outcome(std::move(*why));
    auto folder = harness_folder(tools.cache_dir);
    if (!folder) return not_stored("the harness for Python", folder.error());
    Plan plan;
    plan.run_name = "python";
    plan.program = tools.python;
    // Its own path as argv[0]: Python looks for its libraries where it is called.
    plan.argv = {tools.python, "-I", "-c", std::string(embedded::python_start), std::move(*folder)};
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
