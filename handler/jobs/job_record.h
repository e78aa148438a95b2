#pragma once
// A job as it is kept: from its birth to its result, and until it is forgotten.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace towermill {

/// Milliseconds since 1970, UTC.
using Milliseconds = std::int64_t;

enum class JobStatus { queued, running, success, failure, canceled, skipped };

std::string_view word_of(JobStatus status);
/// The status of that word; nullopt: there is no such.
std::optional<JobStatus> job_status_of(std::string_view word);

constexpr bool is_over(JobStatus status) {
  return status != JobStatus::queued && status != JobStatus::running;
}

/// All but args, result and log, which may be large. Empty texts: not there.
struct JobRecord {
  std::string id;  // a UUID
  std::string workspace;
  JobStatus status = JobStatus::queued;
  std::string kind = "script";  // Windmill's job_kind
  std::string script_path;
  std::string script_hash;  // 16 hex digits; empty: the version that is there when it is run
  std::string language;     // Windmill's word
  std::string tag;
  std::int64_t priority = 0;  // the higher goes first
  std::string parent_job, root_job;

  std::string created_by;  // Windmill's created_by: a user's name, or a token's label
  std::string owner;       // permissioned_as: "u/…"
  std::string email;
  bool visible_to_owner = true;
  std::string trigger_kind;  // "webhook", "http", "schedule"
  std::string trigger_path;  // of the route or schedule

  Milliseconds created_at = 0;
  Milliseconds scheduled_for = 0;
  std::optional<Milliseconds> started_at, completed_at;
  std::int64_t duration_ms = 0;
  std::int64_t timeout_s = 0;  // 0: the script's own
  bool preprocessed = false;   // args are, or were, a preprocessor's

  std::string canceled_by, canceled_reason;  // asked for; of a running job it may not have happened yet
  std::string worker;                        // who runs or ran it
  std::int64_t attempts = 0;                 // how often it was claimed
  std::int64_t retries = 0;                  // how many runs failed and were to be tried again
  std::int64_t memory_peak_kib = 0;

  std::string labels;  // a JSON array of strings; empty: none
  bool wiped = false;  // args, result and log were taken away
};

}  // namespace towermill
