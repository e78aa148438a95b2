#pragma once
// A job that failed is told to the error handler of its workspace, by a job of its own.

#include <optional>
#include <string_view>

#include "handler/jobs/job_store.h"
#include "handler/observe/log.h"
#include "handler/workspace/workspace.h"

namespace towermill {

/// Who starts an error handler's jobs, by Windmill's name.
inline constexpr std::string_view error_handler_name = "error_handler";

/// What is to be added for a job that has ended so; nullopt: nobody is to hear of it, as of what succeeded or
/// was canceled, of a script that is muted, and of an error handler itself. Its id comes from the failed
/// job's, so there is one at most.
std::optional<NewJob> error_handler_job(const JobRecord& ended, const JobEnd& end,
                                        const Workspaces& workspaces, const Log& log);

}  // namespace towermill
