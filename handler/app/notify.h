#pragma once
// The service manager that has started this program, and waits to hear of it: sd_notify(3).

#include <string>
#include <string_view>

#include "runner/base/result.h"

namespace towermill {

/// Where the manager listens ($NOTIFY_SOCKET); "": nobody does.
std::string manager_address();

/// Tells it lines such as "READY=1\nSTATUS=Serving" in one datagram; to "" nothing is sent. Waits up to 5 s
/// where the manager does not read. Error: it cannot be reached.
Result<void> notify(const std::string& address, std::string_view state);

}  // namespace towermill
