#pragma once
// Reading a request's body into what its content type asks for: memory, or, file by file, the disk. Done once
// it is known who calls and what for: a stranger is not to fill either.

#include <optional>
#include <string>
#include <variant>

#include "handler/args/args_options.h"
#include "handler/args/asked.h"
#include "handler/args/multipart_form.h"
#include "handler/http/exchange.h"

namespace towermill {

struct Body {
  std::string bytes;                       // exact; empty where they went into the form instead
  std::optional<MultipartForm> form = {};  // of a multipart body
};

/// What needs a body's exact bytes, as a signature does, keeps them in memory: up to body_limit_bytes, of any
/// type, and nothing is put on the disk before they become args.
enum class Bytes { as_needed, kept };

/// The body, or the response that refuses it (400, 408, 413, 415, 500). A GET request's is not read: empty.
std::variant<Body, Response> receive_body(Exchange& exchange, const ArgsAsked& asked, Bytes bytes,
                                          const ArgsOptions& options);

}  // namespace towermill
