#pragma once
// /api/w/{workspace}/jobs_u/… and …/jobs/…: what is told of jobs, and done to them.

#include <memory>

#include "handler/api/job_routes.h"
#include "handler/api/services.h"
#include "handler/http/exchange.h"
#include "runner/base/clock.h"

namespace towermill {

/// Answers at once.
void answer_about_jobs(std::unique_ptr<Exchange> exchange, const JobRoute& route, const Services& services,
                       TimePoint arrived);

}  // namespace towermill
