#pragma once
// One job: what it is, and what became of it.

#include "handler/api/job_question.h"

namespace towermill {

JobAnswer get_job(const JobQuestion& question);
JobAnswer get_completed_job(const JobQuestion& question);
JobAnswer get_result(const JobQuestion& question);
/// Of an unknown job as of one that is not over.
JobAnswer get_result_maybe(const JobQuestion& question);
JobAnswer get_timing(const JobQuestion& question);
JobAnswer get_logs(const JobQuestion& question);
JobAnswer get_logs_tail(const JobQuestion& question);
JobAnswer get_args(const JobQuestion& question);
JobAnswer get_root_job_id(const JobQuestion& question);
/// When a queued job is due, in milliseconds.
JobAnswer get_scheduled_for(const JobQuestion& question);

/// The value at "a.b.0" in a JSON text; "null" where there is none.
std::string value_at(std::string_view json, std::string_view path);

}  // namespace towermill
