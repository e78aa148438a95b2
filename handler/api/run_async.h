#pragma once
// run: the answer is the job's id, once the job is on the disk; it runs later.

#include <memory>

#include "handler/api/admission.h"
#include "handler/api/services.h"
#include "handler/http/exchange.h"
#include "runner/base/clock.h"

namespace towermill {

/// Keeps the job that the request asks for and answers 201 with its id, or refuses it.
void run_later(std::unique_ptr<Exchange> exchange, const RunOrder& order, const Services& services,
               TimePoint arrived);

}  // namespace towermill
