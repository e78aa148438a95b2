#pragma once
// What is new of a job since its reader last asked.

#include "handler/api/job_question.h"

namespace towermill {

/// GET getupdate: running, completed, and what was said behind log_offset and stream_offset, in bytes.
JobAnswer get_update(const JobQuestion& question);

}  // namespace towermill
