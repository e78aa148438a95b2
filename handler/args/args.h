#pragma once
// Request → args: the JSON object that a script is called with. Contract section 2.

#include <string>
#include <variant>
#include <vector>

#include "handler/args/asked.h"
#include "handler/http/form.h"
#include "handler/http/message.h"
#include "handler/http/query.h"

namespace towermill {

struct ArgsOptions {
  std::size_t json_depth_limit = 128;
  std::vector<std::string> include_headers = {};  // of every request, besides those asked for
  FormLimits form = {};
};

/// Either the text of one JSON object, or the response that refuses the request (400, 413, 415) with a
/// sentence. The later wins: body, headers, query, extra args, raw_string (raw_base64 where the body is no
/// UTF-8).
std::variant<std::string, Response> make_args(const Request& request, const Query& query,
                                              const ArgsAsked& asked, const ArgsOptions& options);

}  // namespace towermill
