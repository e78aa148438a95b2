#pragma once
// Request → args: the JSON object that a script is called with. Contract section 2.

#include <memory>
#include <string>
#include <variant>

#include "handler/args/args_options.h"
#include "handler/args/asked.h"
#include "handler/args/receive.h"
#include "handler/http/message.h"
#include "handler/http/query.h"

namespace towermill {

struct Args {
  std::string text;                     // of one JSON object
  std::shared_ptr<UploadFolder> files;  // what it points to; nullptr: nothing
};

/// The args, or the response that refuses the request (400, 413, 415) with a sentence. The later wins: body,
/// headers, query, extra args, raw_string (raw_base64 where the body is no UTF-8).
std::variant<Args, Response> make_args(const Request& request, Body body, const Query& query,
                                       const ArgsAsked& asked, const ArgsOptions& options);

}  // namespace towermill
