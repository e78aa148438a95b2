#pragma once
// Writes when tokens were used last, on no request's way.

#include "handler/auth/tokens.h"
#include "handler/observe/log.h"
#include "runner/base/thread.h"

namespace towermill {

/// Once: for a process that ends soon.
void write_last_uses(Tokens& tokens, const Log& log);

class LastUses {
 public:
  /// Writes them as they come, until it is destroyed, on a thread of its own. Both outlive it.
  LastUses(Tokens& tokens, const Log& log);
  LastUses(const LastUses&) = delete;
  LastUses& operator=(const LastUses&) = delete;
  ~LastUses();

 private:
  Tokens& tokens_;
  Thread thread_;
};

}  // namespace towermill
