#include "handler/jobs/error_handler_job.h"

#include <string>
#include <utility>
#include <variant>

#include "handler/args/args_object.h"
#include "handler/jobs/asked_job.h"
#include "handler/jobs/job.h"
#include "handler/jobs/job_time.h"
#include "handler/workspace/error_handler.h"
#include "runner/base/json.h"

namespace towermill {

namespace {

bool is_muted(const Workspace& workspace, const std::string& path, const ErrorHandler& handler) {
  if (handler.muted_on_user_path && path.starts_with("u/")) return true;
  const auto lookup = workspace.find(path);
  const auto* script = std::get_if<std::shared_ptr<const Script>>(&lookup);
  return script != nullptr && (*script)->meta.error_handler_muted;
}

/// Windmill's: what the job came to, what is said of it, and what the workspace adds.
std::string args_for(const JobRecord& ended, const JobEnd& end, const ErrorHandler& handler) {
  auto result = parse_json(end.result, made_json_depth, JsonArrays::closed);
  const bool is_object = result && result->kind == JsonKind::object;
  ArgsObject args = is_object ? ArgsObject(std::move(*result)) : ArgsObject();
  const auto put = [&](const char* name, const std::string& text) { args.put_own(name, json_quote(text)); };
  put("workspace_id", ended.workspace);
  put("job_id", ended.id);
  put("path", ended.script_path);
  args.put_own("is_flow", "false");
  put("started_at", moment_text(ended.started_at.value_or(ended.created_at)));
  put("email", ended.email);
  if (ended.trigger_kind == "schedule") put("schedule_path", ended.trigger_path);
  const auto extra = parse_json(handler.extra_args, made_json_depth, JsonArrays::closed);
  if (extra)
    for (const JsonMember& member : extra->members) args.put_own(member.key, std::string(member.raw));
  return std::move(args).text();
}

}  // namespace

std::optional<NewJob> error_handler_job(const JobRecord& ended, const JobEnd& end,
                                        const Workspaces& workspaces, const Log& log) {
  if (end.status != JobStatus::failure || ended.created_by == error_handler_name) return std::nullopt;
  const auto workspace = workspaces.find(ended.workspace);
  if (workspace == workspaces.end()) return std::nullopt;
  const auto handler = find_error_handler(workspace->second.root());
  if (!handler) {
    log.error("error handler not called", {{"job", ended.id}, {"why", handler.error().message}});
    return std::nullopt;
  }
  if (!*handler || is_muted(workspace->second, ended.script_path, **handler)) return std::nullopt;
  NewJob told{.job = record_of_newest(workspace->second, (*handler)->script_path),
              .args = args_for(ended, end, **handler)};
  told.job.id = job_id_of(end.completed_at, "error_handler\n" + ended.id);
  told.job.created_by = error_handler_name;
  told.job.parent_job = told.job.root_job = ended.id;
  return told;
}

}  // namespace towermill
