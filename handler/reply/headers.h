#pragma once
// Which headers a script may send.

#include <optional>
#include <string_view>

#include "handler/http/message.h"
#include "handler/reply/reply.h"

namespace towermill {

/// The response (500, the name in its text) that takes the place of an answer with this header; nullopt if it
/// may be sent.
std::optional<Response> refuse_header(const Header& header, const ReplyOptions& options);

/// The same for a Content-Type.
std::optional<Response> refuse_content_type(std::string_view type);

}  // namespace towermill
