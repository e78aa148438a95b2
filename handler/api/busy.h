#pragma once
// The answers to a run that gets no turn.

#include "handler/config/settings.h"
#include "handler/http/message.h"
#include "handler/jobs/job.h"
#include "runner/pool/waiter.h"

namespace towermill {

/// 503, which names the limit that was in the way, and when to come back.
Response busy_response(const NoTurn& no_turn, const Job& job, const Settings& settings);

/// 429: the caller has as many requests in flight already.
Response caller_busy_response(const Settings& settings);

}  // namespace towermill
