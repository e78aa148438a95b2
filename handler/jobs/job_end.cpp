#include "handler/jobs/job_end.h"

#include <cmath>
#include <utility>

#include "handler/jobs/asked_job.h"
#include "handler/reply/job_result.h"

namespace towermill {

namespace {

JobEnd ended(JobStatus status, std::string result) {
  JobEnd end;
  end.status = status;
  end.result = std::move(result);
  end.completed_at = now_ms();
  return end;
}

JobStatus status_of(const JobResult& result) {
  if (result.word == "cancelled") return JobStatus::canceled;
  return result.is_success() ? JobStatus::success : JobStatus::failure;
}

}  // namespace

JobEnd end_unrun(const std::string& why) {
  return ended(JobStatus::failure, job_result(execution_error(why), {}).json);
}

JobEnd end_canceled(const JobRecord& job) {
  return ended(JobStatus::canceled, canceled_result(job.canceled_by, job.canceled_reason));
}

NamedEnd end_of(Outcome outcome, const ReplyOptions& options) {
  JobResult result = job_result(std::move(outcome), options);
  const JobStatus status = status_of(result);
  return {ended(status, std::move(result.json)), result.word};
}

void add_report(JobEnd& end, const RunReport& report) {
  end.duration_ms = std::lround(report.run_ms);
  end.log = report.log;
}

}  // namespace towermill
