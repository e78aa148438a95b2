#pragma once
// Whose an Idempotency-Key is.

#include <string>
#include <vector>

#include "handler/api/caller.h"
#include "handler/http/message.h"

namespace towermill {

/// Which headers a script is given besides the body.
struct HeadersGiven {
  bool all = false;                // as to a preprocessor
  std::vector<std::string> names;  // in any case
};

/// The caller's name. Who has none is told by what let it in and by what the script sees of its headers, for
/// a script may know its callers by these: nobody else is to be given an answer that was meant for one of
/// them.
std::string holder_of_key(const Request& request, const Admitted& admitted, const HeadersGiven& given);

}  // namespace towermill
