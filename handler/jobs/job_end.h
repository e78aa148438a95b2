#pragma once
// How a job ended, as it is kept.

#include <string>

#include "handler/jobs/job_store.h"
#include "handler/reply/reply.h"
#include "runner/pool/runner.h"

namespace towermill {

/// Of a job that came to no run: `why` is for its caller.
JobEnd end_unrun(const std::string& why);

/// By whom and why stands in the record.
JobEnd end_canceled(const JobRecord& job);

struct NamedEnd {
  JobEnd end;
  std::string_view word;  // as reply_to() says it
};
NamedEnd end_of(Outcome outcome, const ReplyOptions& options);

void add_report(JobEnd& end, const RunReport& report);

}  // namespace towermill
