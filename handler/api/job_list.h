#pragma once
// Many jobs: listed, and counted.

#include "handler/api/job_filters.h"
#include "handler/api/job_question.h"

namespace towermill {

JobAnswer list_jobs(const JobQuestion& question, Listing listing);
JobAnswer count_queue(const JobQuestion& question);
JobAnswer count_completed(const JobQuestion& question);
/// A number: completed_after_s_ago, success, tags.
JobAnswer count_jobs(const JobQuestion& question);
/// How many wait before one that is due at this moment.
JobAnswer queue_position(const JobQuestion& question);

}  // namespace towermill
