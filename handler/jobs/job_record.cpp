#include "handler/jobs/job_record.h"

#include <algorithm>
#include <array>

namespace towermill {

namespace {

// In the order of JobStatus.
constexpr std::array<std::string_view, 6> words = {"queued",  "running",  "success",
                                                   "failure", "canceled", "skipped"};

}  // namespace

std::string_view word_of(JobStatus status) { return words[static_cast<std::size_t>(status)]; }

std::optional<JobStatus> job_status_of(std::string_view word) {
  const auto* const found = std::find(words.begin(), words.end(), word);
  if (found == words.end()) return std::nullopt;
  return static_cast<JobStatus>(found - words.begin());
}

}  // namespace towermill
