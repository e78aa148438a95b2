#pragma once
// A result that says itself how to be sent → Response.

#include "handler/http/message.h"
#include "handler/reply/reply.h"
#include "handler/reply/reserved_keys.h"

namespace towermill {

/// Requires reserved.is_composite(). Where a rule is broken: the 500 that names it, and nothing of the
/// script's answer.
Response composite_response(const Reserved& reserved, const ReplyOptions& options);

}  // namespace towermill
