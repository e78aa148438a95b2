#pragma once
// A body that cannot be taken: its refusals, the same for every protocol that it may come by.

#include <cstddef>

#include "handler/http/message.h"

namespace towermill {

Response body_too_large(std::size_t limit_bytes);
Response body_cut_short();
Response body_too_late(int read_ms);

}  // namespace towermill
