#pragma once
// Who calls by a token, and whether it may do that.

#include <optional>
#include <string>
#include <variant>

#include "handler/api/services.h"
#include "handler/auth/caller.h"
#include "handler/auth/permissions.h"
#include "handler/http/message.h"
#include "handler/http/query.h"

namespace towermill {

/// Whoever has a right token, of this workspace ("": the route is of none, and any will do); else the
/// refusal: 401, 429 where an address floods, 503 where nobody can tell.
std::variant<Caller, Response> meet(const Request& request, const Query& query, const Services& services,
                                    const std::string& workspace = {});

/// 403 without the scope. `path`: the runnable's, "" where there is none.
std::optional<Response> refuse_without(Permission wanted, const Caller& caller, std::string_view path = {});

/// Both, and the query's own faults.
std::variant<Caller, Response> meet_with(Permission wanted, const Request& request, const Services& services,
                                         const std::string& workspace = {});

}  // namespace towermill
