#pragma once
// The answers to runs that gave no result.

#include <string_view>

#include "handler/http/message.h"
#include "handler/reply/reply.h"

namespace towermill {

/// failure_status and {"error":{"name","message"}}, with "exit_code" and "stack" where there are any.
Response failure_response(const Failed& failed, const ReplyOptions& options);

/// The failure of a script whose result cannot be served, as `why` says.
Response unusable_result(std::string_view why, const ReplyOptions& options);

}  // namespace towermill
