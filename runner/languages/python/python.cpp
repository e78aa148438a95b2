#include "runner/languages/python/python.h"

#include "runner/base/crypto.h"
#include "runner/languages/stored_copy.h"
#include "runner/protocol/frames.h"
#include "runner/protocol/messages.h"

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
  auto file = stored_copy(cache_dir, hash, "towermill_harness.py", module);
  if (file) file->resize(file->rfind('/'));
  return file;
}

class Python : public Language {
 public:
  std::string_view name() const override { return "python3"; }

  std::optional<NotStarted> missing(std::string_view, const Tools& tools) const override {
    if (!tools.python.empty()) return std::nullopt;
    return NotStarted{"Python is not installed on the server", "no python3 was found"};
  }

  Planned plan(const RunSpec& spec, const Tools& tools) const override {
    if (auto why = missing(*spec.source, tools)) return Outcome(std::move(*why));
    auto folder = harness_folder(tools.cache_dir);
    if (!folder) return NotStarted{"the harness for Python cannot be stored", folder.error().message};
    Plan plan;
    plan.run_name = "python";
    plan.program = tools.python;
    // Its own path as argv[0]: Python looks for its libraries where it is called.
    plan.argv = {tools.python, "-I", "-c", std::string(embedded::python_start), std::move(*folder)};
    plan.frame = make_frame(run_message({.job_id = spec.job_id,
                                         .path = spec.path,
                                         .file = spec.file,
                                         .source = *spec.source,
                                         .args = spec.args,
                                         .workspace_root = spec.workspace_root,
                                         .time_left_ms = spec.limits.timeout_s * 1000}));
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
