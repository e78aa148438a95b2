#pragma once
// Requests by which senders try an address before they use it: answered by the server, and no script is run.

#include <optional>
#include <string_view>
#include <variant>

#include "handler/auth/schemes.h"
#include "handler/http/message.h"

namespace towermill {

struct BadChallenge {};

/// The answer to a challenge that is signed rightly, by `secret`: an unsigned one gets none, or the server
/// would sign for strangers what they choose (Zoom's). nullopt: it is no challenge.
std::optional<std::variant<Response, BadChallenge>> answer_challenge(Challenge kind, const Request& request,
                                                                     std::string_view body,
                                                                     std::string_view secret);

}  // namespace towermill
