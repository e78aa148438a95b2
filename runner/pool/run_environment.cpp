#include "runner/pool/run_environment.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

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
  constexpr std::size_t mostly = 2048;
  std::string key;
  key.reserve(mostly);
  const auto add = [&key](std::string_view text) { (key += text) += '\0'; };
  add(spec.workspace_root);
  add(spec.file);
  add(spec.source_hash);
  const Limits& limits = spec.limits;
  fmt::format_to(std::back_inserter(key), "{} {} {} {}", limits.memory_bytes, limits.process_limit,
                 limits.open_files, limits.file_size_bytes);
  key += '\0';
  for (const std::string& variable : spec.environment) add(variable);
  return key;
}

}  // namespace towermill
