#pragma once
// When tokens were used last: told by requests, written by somebody who has the time.

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <set>
#include <string>

#include "handler/auth/token_store.h"

namespace towermill {

/// Thread-safe.
class TokenUses {
 public:
  static constexpr std::int64_t interval_s = 60;  // a token's last use is written as often at most

  /// Costs a comparison, but for the first use in a minute.
  void note(const TokenRow& row, std::int64_t now_s);

  /// Waits until there is something to write, or end() was called: false.
  bool wait();
  void end();

  /// Writes what was noted. On an error that is lost: it is the time of a use, and comes again.
  Result<void> write(TokenStore& store);

 private:
  std::mutex mutex_;
  std::condition_variable noted_or_over_;
  std::set<std::string> noted_;  // hashes: no more than there are tokens
  bool over_ = false;
};

}  // namespace towermill
