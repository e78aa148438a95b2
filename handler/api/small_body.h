#pragma once
// A JSON object as the body of a request to the server itself.

#include <string>
#include <variant>

#include "handler/http/exchange.h"
#include "runner/base/json.h"

namespace towermill {

/// Reads it, of any content type; an empty one is an empty object. `text` keeps what the value points into.
/// The response refuses it: 400, 408, 413.
std::variant<JsonValue, Response> read_object(Exchange& exchange, std::string& text);

}  // namespace towermill
