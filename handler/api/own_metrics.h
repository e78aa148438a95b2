#pragma once
// GET /metrics: what is counted as what, and who may read it.

#include "handler/api/router.h"
#include "handler/api/services.h"
#include "handler/http/message.h"

namespace towermill {

Endpoint endpoint_of(const Route& route);

/// The page, or its refusal: 404 where the setting says so, 401 without a token where one is needed.
Response metrics_response(const Request& request, const MetricsRoute& route, const Services& services);

}  // namespace towermill
