#pragma once
// Tokens over the API, and who has one: what Windmill's clients ask for.

#include "handler/api/router.h"
#include "handler/api/services.h"
#include "handler/http/exchange.h"

namespace towermill {

/// POST /api/users/tokens/create: 201 with the token. GET …/list: without the tokens. DELETE
/// …/delete/{prefix}.
Response tokens_response(Exchange& exchange, const TokensRoute& route, const Services& services);

/// GET /api/users/whoami, /api/w/{ws}/users/whoami.
Response whoami_response(const Request& request, const WhoamiRoute& route, const Services& services);

/// POST /api/workspaces/exists {"id": "demo"}: true or false.
Response workspace_exists_response(Exchange& exchange, const Services& services);

}  // namespace towermill
