#pragma once
// The token that a request brings along.

#include <string>
#include <string_view>

#include "handler/http/message.h"
#include "handler/http/query.h"

namespace towermill {

/// `Authorization: Bearer T`, else the cookie `token`, else `?token=T`; "" where there is none. A cookie
/// counts only in a request that no foreign page can have sent: browsers add it to those too.
std::string presented_token(const Request& request, const Query& query, std::string_view base_url);

/// T of "Bearer T"; "" of anything else.
std::string_view bearer_in(std::string_view authorization);
/// The value of the first cookie of that name in a Cookie header, or "".
std::string_view cookie_in(std::string_view header, std::string_view name);

/// Whether this is certainly no foreign page's: by Sec-Fetch-Site where it is said, else by Origin, else by
/// Referer. Where nothing is said only what is neither GET nor HEAD, for with that browsers say it.
bool is_of_own_origin(const Request& request, std::string_view base_url);

}  // namespace towermill
