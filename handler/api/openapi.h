#pragma once
// GET /api/w/{workspace}/openapi.json

#include "handler/api/router.h"
#include "handler/api/services.h"

namespace towermill {

/// The document, for who has a token.
Response openapi_response(const Request& request, const OpenApiRoute& route, const Services& services);

}  // namespace towermill
