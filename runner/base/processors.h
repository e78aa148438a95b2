#pragma once
// Whether there is processor time that nobody else wants now.

#include <cstddef>
#include <optional>
#include <string_view>

namespace towermill {

/// How many threads of the machine run or could run, as /proc/loadavg tells it (proc(5)): "0.20 0.18 0.12
/// 3/80 11206" is 3. nullopt: it is no such text.
std::optional<std::size_t> runnable_in(std::string_view loadavg);

/// False where as many threads as there are processors want one, beside the calling thread. True where that
/// cannot be told. Thread-safe.
bool has_spare_processor();

}  // namespace towermill
