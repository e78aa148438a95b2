#pragma once
// What each target here defines: its first line, and how it says that something is not as it must be.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size);

namespace towermill {

inline std::string_view text_of(const std::uint8_t* bytes, std::size_t size) {
  return {reinterpret_cast<const char*>(bytes), size};
}

/// Whatever the input, this holds.
inline void must(bool holds) {
  if (!holds) std::abort();
}

}  // namespace towermill
