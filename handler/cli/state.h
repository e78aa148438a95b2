#pragma once
// The state of a server, as a command sees it that works beside one.

#include <cstdint>
#include <optional>
#include <string>

#include "handler/app/setup.h"
#include "handler/config/settings.h"
#include "runner/base/result.h"

namespace towermill {

/// The folders below the settings' state_dir. Where root asks, this process becomes the user whose they are:
/// what it makes there has to be the server's.
Result<StateFolders> state_of_server(const Settings& settings);

/// "90d" or "12h" in seconds, up to 100 years; nullopt: it is neither.
std::optional<std::int64_t> seconds_in(const std::string& text);

}  // namespace towermill
