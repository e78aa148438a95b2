#pragma once
// Request → args: the JSON object that a script is called with. Contract section 2.

#include <string>
#include <variant>

#include "handler/http/message.h"
#include "handler/http/query.h"

namespace towermill {

struct ArgsOptions {
  std::size_t json_depth_limit = 128;
};

/// Either the text of one JSON object, or the response that refuses the request (400, 415) with a sentence.
std::variant<std::string, Response> make_args(const Request& request, const Query& query,
                                              const ArgsOptions& options);

}  // namespace towermill
