#include "runner/pool/run_environment.h"

#include <algorithm>

#include "runner/pool/ahead.h"
#include "runner/pool/key.h"

namespace towermill {

std::vector<std::string> own_environment(const RunSpec& spec, const std::vector<std::string>& shared,
                                         const std::string& work_dir) {
  std::vector<std::string> own;
  constexpr std::size_t ours = 3;
  own.reserve(spec.own_environment.size() + ours);
  own.insert(own.end(), spec.own_environment.begin(), spec.own_environment.end());
  for (const std::string_view name : {"HOME=", "TMPDIR="}) {
    const auto named = [&](const std::string& variable) { return variable.starts_with(name); };
    if (std::none_of(shared.begin(), shared.end(), named)) own.push_back(std::string(name) + work_dir);
  }
  own.push_back("WM_JOB_ID=" + spec.job_id);
  return own;
}

std::string reuse_key(const RunSpec& spec) {
  if (spec.reuse == Reuse::no) return {};
  Key key;
  key.add(spec.workspace_root);
  key.add(spec.file);
  key.add(spec.source_hash);
  key.add(lasting_limits(spec.limits));
  key.add_all(spec.environment);
  return key.take();
}

}  // namespace towermill
