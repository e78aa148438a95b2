#include "handler/jobs/run_log.h"

#include <variant>

namespace towermill {

std::string why_of(const Outcome& outcome) {
  if (const auto* failed = std::get_if<Failed>(&outcome)) return failed->name;
  if (const auto* cancelled = std::get_if<Cancelled>(&outcome)) return cancelled->reason;
  return {};
}

void log_run(const Log& log, Counts& counts, const Job& job, const RunEnd& end, const RunReport& report) {
  counts.count_run(job.workspace, end.word, report, end.waited_ms);
  const std::string version = job.script->version();
  log.info("run", {{"job", job.id},
                   {"workspace", job.workspace},
                   {"path", job.script->path},
                   {"version", version},
                   {"by", job.created_by},
                   {"outcome", end.word},
                   {"why", end.why},
                   {"exit", std::int64_t{report.exit.code}},
                   {"signal", std::int64_t{report.exit.signal}},
                   {"way", way_word(report)},
                   {"waited_ms", end.waited_ms},
                   {"start_ms", report.start_ms},
                   {"answer_ms", report.until_outcome_ms},
                   {"run_ms", report.run_ms},
                   {"killed", report.killed ? "yes" : "no"}});
  if (!report.log.empty()) log.script_log(job.id, job.script->path, report.log);
}

void log_not_started(const Log& log, const Job& job, const Outcome& outcome) {
  if (const auto* not_started = std::get_if<NotStarted>(&outcome))
    log.error("not started", {{"job", job.id}, {"path", job.script->path}, {"why", not_started->details}});
}

}  // namespace towermill
