#pragma once
// What the server counts while it serves: numbers in memory, read at each scrape. Thread-safe without a lock;
// a run costs some tens of nanoseconds. Nothing here knows a script's path: there may be very many.

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "handler/observe/histogram.h"

namespace towermill {

struct RunReport;

enum class Endpoint { run, route, jobs, version, health, metrics, other };
inline constexpr std::array<std::string_view, 7> endpoint_words = {"run",    "route",   "jobs", "version",
                                                                   "health", "metrics", "other"};
inline constexpr std::array<std::string_view, 4> status_classes = {"2xx", "3xx", "4xx", "5xx"};

/// Those of the log (reply.h).
inline constexpr std::array<std::string_view, 6> outcome_words = {"success",   "failure", "timeout",
                                                                  "cancelled", "refused", "not started"};
/// Those of a Way, and one more for a run that came to no process.
inline constexpr std::array<std::string_view, 5> way_words = {"start", "fork", "standby", "reuse", "none"};

/// By which of them a run came to its process.
std::string_view way_word(const RunReport& report);

using Counter = std::atomic<std::uint64_t>;

struct WorkspaceCounts {
  std::array<std::array<Counter, way_words.size()>, outcome_words.size()> runs{};
  Histogram run_time;
};

/// The numbers may be read at any time, and are changed by the functions alone. Indexes are those of the
/// words.
class Counts {
 public:
  Counts() = default;
  Counts(const Counts&) = delete;
  Counts& operator=(const Counts&) = delete;

  /// Once for each workspace, before anything is counted: runs in others are not.
  void add_workspace(const std::string& name) { workspaces[name]; }

  void count_request(Endpoint endpoint, int status);
  void count_broken_request() { broken_requests.fetch_add(1, std::memory_order_relaxed); }
  /// A run that has ended, with one of `outcome_words`.
  void count_run(std::string_view workspace, std::string_view outcome, const RunReport& report,
                 double waited_ms);

  std::array<std::array<Counter, status_classes.size()>, endpoint_words.size()> requests{};
  Counter broken_requests = 0;
  std::map<std::string, WorkspaceCounts, std::less<>> workspaces;
  Histogram wait_time;
  std::array<Histogram, way_words.size() - 1> start_time;
  const std::chrono::system_clock::time_point since = std::chrono::system_clock::now();
};

}  // namespace towermill
