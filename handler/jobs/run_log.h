#pragma once
// What the server's log and its counts are told of each run that has ended.

#include <string>
#include <string_view>

#include "handler/jobs/job.h"
#include "handler/observe/counts.h"
#include "handler/observe/log.h"
#include "runner/pool/runner.h"

namespace towermill {

struct RunEnd {
  std::string_view word;  // as reply_to() says it; "none": there was no outcome
  std::string why;        // see why_of()
  double waited_ms = 0;
};

/// What the log says of an outcome that is no result. Not a failure's message: args may be in it.
std::string why_of(const Outcome& outcome);

void log_run(const Log& log, Counts& counts, const Job& job, const RunEnd& end, const RunReport& report);

/// For the operator alone, where no process could be started.
void log_not_started(const Log& log, const Job& job, const Outcome& outcome);

}  // namespace towermill
