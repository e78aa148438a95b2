#include "handler/jobs/job.h"

#include <fmt/format.h>

#include <charconv>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <utility>

#include "runner/base/crypto.h"
#include "runner/base/rfc3339.h"
#include "runner/base/text.h"

namespace towermill {

namespace {

using Variables = std::map<std::string, std::string, std::less<>>;

void set_all(Variables& variables, const std::vector<std::string>& assignments) {
  for (const std::string& assignment : assignments) {
    const auto equals = assignment.find('=');
    if (equals != std::string::npos) variables[assignment.substr(0, equals)] = assignment.substr(equals + 1);
  }
}

/// The names that Windmill gives (backend/windmill-worker, reserved variables); those without a meaning here
/// are empty. These are the same for all runs of all scripts.
void set_windmill(Variables& variables, const std::string& base_url) {
  for (const char* name : {"WM_EMAIL", "WM_FLOW_JOB_ID", "WM_ROOT_FLOW_JOB_ID", "WM_FLOW_PATH",
                           "WM_FLOW_STEP_ID", "WM_WORKER_GROUP", "WM_END_USER_EMAIL"})
    variables[name] = "";
  variables["WM_USERNAME"] = "webhook";
  variables["WM_PERMISSIONED_AS"] = "u/webhook";
  variables["WM_BASE_URL"] = base_url;
  variables["BASE_URL"] = base_url;
  variables["BASE_INTERNAL_URL"] = base_url;
}

/// Those of one run. Neither the settings nor a yaml can set one of them.
std::vector<std::string> windmill_of_run(const Job& job, const std::string& run_token) {
  const std::string& path = job.script->path;
  const std::string scheduled = job.scheduled_for ? to_rfc3339(*job.scheduled_for / 1000) : utc_now();
  std::vector<std::string> variables = {"WM_WORKSPACE=" + job.workspace,
                                        "WM_TOKEN=" + run_token,
                                        "WM_JOB_PATH=" + path,
                                        "WM_OBJECT_PATH=" + path,
                                        "WM_STATE_PATH=" + path + "/webhook",
                                        "WM_RUNNABLE_ID=" + job.script->version(),
                                        "WM_ROOT_JOB_ID=" + job.id,
                                        "WM_SCHEDULE_PATH=" + job.schedule_path,
                                        "WM_SCHEDULED_FOR=" + scheduled};
  // By this a script tells a file that was uploaded from a path that its caller wrote into JSON.
  if (job.files) variables.push_back("WM_UPLOADS=" + job.files->path());
  return variables;
}

/// The moment's 48 bits, then those of `bytes`, 16 of them.
std::string uuid(Milliseconds moment, std::string bytes, int version) {
  const auto ms = static_cast<std::uint64_t>(moment);
  for (std::size_t i = 0; i < 6; ++i) bytes[i] = static_cast<char>(ms >> (8 * (5 - i)));
  bytes[6] = static_cast<char>((version << 4) | (bytes[6] & 0x0f));
  bytes[8] = static_cast<char>(0x80 | (bytes[8] & 0x3f));
  const std::string hex = to_hex(bytes);
  const std::string_view digits = hex;
  return fmt::format("{}-{}-{}-{}-{}", digits.substr(0, 8), digits.substr(8, 4), digits.substr(12, 4),
                     digits.substr(16, 4), digits.substr(20));
}

}  // namespace

std::string new_job_id() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return uuid(std::chrono::duration_cast<std::chrono::milliseconds>(now).count(), random_bytes(16), 7);
}

std::string job_id_of(Milliseconds moment, const std::string& text) {
  return uuid(moment, sha256(std::to_string(moment) + "\n" + text).substr(0, 16), 8);
}

Milliseconds moment_of_job_id(std::string_view id) {
  if (id.size() != 36) return 0;
  const std::string digits = std::string(id.substr(0, 8)) + std::string(id.substr(9, 4));
  Milliseconds moment = 0;
  const auto end = std::from_chars(digits.data(), digits.data() + digits.size(), moment, 16).ptr;
  return end == digits.data() + digits.size() ? moment : 0;
}

Claim claim_of(const Job& job) {
  const ScriptMeta& meta = job.script->meta;
  return {.workspace = job.workspace,
          .script = job.script->path,
          .concurrent_limit = static_cast<std::size_t>(meta.concurrent_limit),
          .window = std::chrono::seconds(meta.concurrency_time_window_s)};
}

RunEnvironment::RunEnvironment(std::string path, std::string base_url, std::vector<std::string> extra)
    : path_(std::move(path)),
      base_url_(std::move(base_url)),
      extra_(std::move(extra)),
      with_none_(make_with({})) {}

std::vector<std::string> RunEnvironment::with(const std::vector<std::string>& envs) const {
  return envs.empty() ? with_none_ : make_with(envs);
}

std::vector<std::string> RunEnvironment::make_with(const std::vector<std::string>& envs) const {
  Variables variables;
  const char* zone = std::getenv("TZ");
  variables["TZ"] = zone == nullptr ? "" : zone;
  variables["LANG"] = "C.UTF-8";
  variables["PATH"] = path_;
  set_all(variables, extra_);
  set_all(variables, envs);
  set_windmill(variables, base_url_);
  if (variables["TZ"].empty()) variables.erase("TZ");
  std::vector<std::string> environment;
  for (const auto& [name, value] : variables) environment.push_back(name + "=" + value);
  return environment;
}

RunSpec make_run_spec(const Job& job, const std::string& workspace_root, const RunEnvironment& environment,
                      const std::string& run_token) {
  RunSpec spec;
  spec.job_id = job.id;
  spec.path = job.script->path;
  spec.file = job.script->file;
  spec.source = job.script->source;
  spec.source_hash = job.script->hash;
  spec.workspace_root = workspace_root;
  spec.args = job.args;
  spec.limits = job.limits;
  spec.preload = job.script->meta.preload;
  spec.reuse = job.script->meta.reuse;
  spec.preprocess = job.preprocess;
  spec.environment = environment.with(job.script->meta.envs);
  spec.own_environment = windmill_of_run(job, run_token);
  return spec;
}

}  // namespace towermill
