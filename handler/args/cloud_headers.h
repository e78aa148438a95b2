#pragma once
// Binary CloudEvents (CloudEvents 1.0, HTTP binding section 3.1): the envelope is in headers, and the body is
// a body like any other.

#include <optional>
#include <string_view>

#include "handler/args/args_object.h"
#include "handler/http/message.h"

namespace towermill {

/// The arg that an event's envelope is in, by Windmill's name.
inline constexpr std::string_view cloud_event_arg = "WEBHOOK__METADATA__";

/// Puts the envelope of a binary event, of which ce-specversion is the mark; nothing where there is none.
std::optional<Response> put_cloud_headers(ArgsObject& args, const Request& request);

}  // namespace towermill
