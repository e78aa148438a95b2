#include "handler/jobs/attempts.h"

#include <fmt/format.h>

#include <string_view>

#include "runner/base/text.h"

namespace towermill {

namespace {

constexpr std::size_t longest_error_bytes = 2'000;

}  // namespace

std::string attempt_heading(const JobRecord& job, const Retry& retry) {
  if (retry.attempts() == 0) return "";
  return fmt::format("--- run {} of up to {} ---\n", job.retries + 1, retry.attempts() + 1);
}

std::string attempt_ending(std::chrono::milliseconds pause, const std::string& result) {
  const std::string_view error = std::string_view(result).substr(0, longest_error_bytes);
  return fmt::format("\n--- failed, the next run comes in {} s: {} ---\n",
                     static_cast<double>(pause.count()) / 1000, printable(error));
}

}  // namespace towermill
