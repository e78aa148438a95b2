#pragma once
// Sending an answer and writing its line in the log: the same for every endpoint.

#include <string_view>

#include "handler/http/exchange.h"
#include "handler/observe/log.h"
#include "runner/base/clock.h"

namespace towermill {

/// Answers and logs "request": method, path, status, the caller's address, bytes, milliseconds since
/// `arrived`; never a query string. `job_id` is empty where there is no job; else it is in the log and in
/// X-Towermill-Job.
void answer_and_log(Exchange& exchange, Response response, std::string_view job_id, TimePoint arrived,
                    const Log& log);

}  // namespace towermill
