#include "handler/api/in_flight.h"

namespace towermill {

namespace {

constexpr int network_bits = 64;

Address caller_at(std::string_view remote_address) {
  const Address address = parse_address(remote_address).value_or(Address{});
  return is_ipv4(address) ? address : cut_off(address, network_bits);
}

}  // namespace

std::optional<InFlight::Place> InFlight::enter(std::string_view remote_address) {
  if (most_ == 0) return Place(nullptr, {});
  const Address caller = caller_at(remote_address);
  const std::lock_guard lock(mutex_);
  std::size_t& count = callers_[caller];
  if (count == most_) return std::nullopt;
  ++count;
  return Place(this, caller);
}

void InFlight::leave(const Address& caller) {
  const std::lock_guard lock(mutex_);
  const auto found = callers_.find(caller);
  if (--found->second == 0) callers_.erase(found);
}

}  // namespace towermill
