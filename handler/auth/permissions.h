#pragma once
// What a route wants of its caller's token: permissions.tbl has all of it.

#include <string>
#include <string_view>

#include "handler/auth/scopes.h"

namespace towermill {

/// Whether a token that may run something may do this too.
enum class Runs { no, suffice };

enum class Permission {
#define ROW(name, domain, action, kind, runs, what) name,
#include "handler/auth/permissions.tbl"
#undef ROW
};

/// The scope that is wanted, and is missing; "" where these have it. `path`: the runnable's, "" where it has
/// none or none is known.
std::string missing_scope(const Scopes& scopes, Permission wanted, std::string_view path = {});

/// The README's table.
std::string scopes_markdown();

}  // namespace towermill
