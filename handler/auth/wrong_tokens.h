#pragma once
// A flood of wrong tokens, counted for each address.

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string_view>
#include <vector>

#include "runner/base/clock.h"

namespace towermill {

/// Takes a fixed amount of memory, so a few addresses share a count: it can only slow who has a wrong token.
/// Thread-safe.
class WrongTokens {
 public:
  static constexpr std::chrono::seconds window{60};

  /// 0: any number of them.
  explicit WrongTokens(std::int64_t most_in_window);

  /// One more from this address. For how many seconds it has had enough of them; 0: it has not.
  std::int64_t count(std::string_view address, TimePoint now);

 private:
  struct Count {
    TimePoint begun;
    std::int64_t tokens = 0;
  };

  const std::int64_t most_;
  std::mutex mutex_;
  std::vector<Count> counts_;
};

}  // namespace towermill
