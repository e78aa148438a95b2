#pragma once
// What a script has returned, looked at once it is whole.

#include <string>
#include <string_view>

#include "handler/reply/reply.h"
#include "runner/base/json.h"
#include "runner/protocol/outcome.h"

namespace towermill {

/// Opened one level deep, arrays closed; a view of the result's text. Error: a sentence that names the limit
/// or the place.
Result<JsonValue> open_returned(const Returned& returned, const ReplyOptions& options);

/// The object that the script gave, its "error" being the failure that it declared.
std::string with_manual_failure(JsonValue object, std::string_view message);

}  // namespace towermill
