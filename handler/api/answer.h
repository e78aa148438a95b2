#pragma once
// Sending an answer and writing its line in the log: the same for every endpoint.

#include <string>

#include "handler/http/exchange.h"
#include "handler/observe/log.h"
#include "runner/base/clock.h"

namespace towermill {

/// What an answer says of its run, in X-Towermill-Job and X-Towermill-Version; empty: nothing.
struct RunNames {
  std::string job_id = {};
  std::string version = {};
};

/// Answers and logs "request": method, path, status, the caller's address, the job's id, bytes, milliseconds
/// since `arrived`; never a query string.
void answer_and_log(Exchange& exchange, Response response, const RunNames& run, TimePoint arrived,
                    const Log& log);

}  // namespace towermill
