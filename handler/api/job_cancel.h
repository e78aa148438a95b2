#pragma once
// Ending jobs early, and forgetting what they were given and gave.

#include <functional>

#include "handler/api/job_question.h"

namespace towermill {

/// Cancels one job, wherever it runs.
using Cancel = std::function<Result<CancelOutcome>(const CancelOrder&)>;

JobAnswer cancel_job(const JobQuestion& question, CancelForce force, const Cancel& cancel);
/// All of a script that are not over.
JobAnswer cancel_persistent(const JobQuestion& question, const Cancel& cancel);
/// Those of the body, an array of ids; answers with those that it ended.
JobAnswer cancel_selection(const JobQuestion& question, const Cancel& cancel);

/// Takes args, result and log of a job away, and answers with what is left.
JobAnswer wipe_job(const JobQuestion& question);

}  // namespace towermill
