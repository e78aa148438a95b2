#pragma once
// What the log of a job tells of its runs, where one that fails is followed by another.

#include <chrono>
#include <string>

#include "handler/jobs/job_record.h"
#include "handler/workspace/retry.h"

namespace towermill {

/// A line before what the run said; "" where there can be only one.
std::string attempt_heading(const JobRecord& job, const Retry& retry);

/// A line after it, with the error, as far as it is not too long.
std::string attempt_ending(std::chrono::milliseconds pause, const std::string& result);

}  // namespace towermill
