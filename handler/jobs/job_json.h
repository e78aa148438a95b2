#pragma once
// A job as Windmill's clients read it: what its OpenAPI document calls QueuedJob and CompletedJob.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "handler/jobs/job_record.h"

namespace towermill {

/// The text of what is longer is not shown, but asked for by itself.
inline constexpr std::size_t shown_json_bytes = 90'000;
/// The end of a log, as much as is shown in a job.
inline constexpr std::size_t shown_log_bytes = 20'000;

/// What may be large, as far as it is shown; nullopt: it is not.
struct JobParts {
  std::optional<std::string> args = {}, result = {}, logs = {};
};

/// One object. Args and result are passed on as they stand.
std::string job_json(const JobRecord& job, const JobParts& parts = {});

/// The `wm_labels` of a result, as a JSON array of strings; "" where it has none.
std::string labels_in(std::string_view result);

/// The last bytes, but not from within a character.
std::string_view end_of_text(std::string_view utf8, std::size_t most_bytes);

}  // namespace towermill
