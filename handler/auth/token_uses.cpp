#include "handler/auth/token_uses.h"

#include <ctime>
#include <utility>
#include <vector>

namespace towermill {

void TokenUses::note(const TokenRow& row, std::int64_t now_s) {
  if (row.last_used_s && now_s - *row.last_used_s < interval_s) return;
  const std::lock_guard lock(mutex_);
  if (noted_.insert(row.sha256_hex).second) noted_or_over_.notify_one();
}

bool TokenUses::wait() {
  std::unique_lock lock(mutex_);
  noted_or_over_.wait(lock, [this] { return over_ || !noted_.empty(); });
  return !over_;
}

void TokenUses::end() {
  const std::lock_guard lock(mutex_);
  over_ = true;
  noted_or_over_.notify_all();
}

Result<void> TokenUses::write(TokenStore& store) {
  std::set<std::string> noted;
  {
    const std::lock_guard lock(mutex_);
    noted.swap(noted_);
  }
  if (noted.empty()) return {};
  return store.note_used({noted.begin(), noted.end()}, ::time(nullptr));
}

}  // namespace towermill
