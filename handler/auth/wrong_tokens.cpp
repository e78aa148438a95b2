#include "handler/auth/wrong_tokens.h"

#include <algorithm>
#include <functional>

namespace towermill {

namespace {

constexpr std::size_t slots = 4096;

/// Of an address of version 6 its first half: the other is its network's to choose.
std::string_view network(std::string_view address) {
  std::size_t end = 0;
  for (int colons = 0; end < address.size(); ++end)
    if (address[end] == ':' && ++colons == 4) break;
  return address.substr(0, end);
}

}  // namespace

WrongTokens::WrongTokens(std::int64_t most_in_window)
    : most_(most_in_window), counts_(most_in_window > 0 ? slots : 0) {}

std::int64_t WrongTokens::count(std::string_view address, TimePoint now) {
  if (counts_.empty()) return 0;
  const std::lock_guard lock(mutex_);
  Count& count = counts_[std::hash<std::string_view>()(network(address)) % slots];
  if (count.tokens == 0 || now - count.begun >= window) count = {now, 0};
  if (++count.tokens <= most_) return 0;
  const auto left = std::chrono::ceil<std::chrono::seconds>(count.begun + window - now).count();
  return std::max<std::int64_t>(left, 1);
}

}  // namespace towermill
