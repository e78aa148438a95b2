#pragma once
// How many requests each caller has in flight: being read, waiting for a run or in one. A bound on it leaves
// room for the others, whoever floods.

#include <cstddef>
#include <map>
#include <mutex>
#include <optional>
#include <string_view>
#include <utility>

#include "handler/http/address.h"

namespace towermill {

class InFlight {
 public:
  /// `most` of one caller; 0: no limit.
  explicit InFlight(std::size_t most) : most_(most) {}
  InFlight(const InFlight&) = delete;
  InFlight& operator=(const InFlight&) = delete;

  /// One request's, as long as it lives. Does not outlive its InFlight.
  class Place {
   public:
    Place(Place&& other) noexcept : in_(std::exchange(other.in_, nullptr)), caller_(other.caller_) {}
    Place& operator=(Place&&) = delete;
    ~Place() {
      if (in_ != nullptr) in_->leave(caller_);
    }

   private:
    friend class InFlight;
    Place(InFlight* in, const Address& caller) : in_(in), caller_(caller) {}

    InFlight* in_;  // nullptr: not counted
    Address caller_;
  };

  /// nullopt: the caller has as many already. A caller is an address; of IPv6 all of a network's, for who has
  /// one has all of them. Thread-safe.
  std::optional<Place> enter(std::string_view remote_address);

 private:
  void leave(const Address& caller);

  const std::size_t most_;
  std::mutex mutex_;
  std::map<Address, std::size_t> callers_;  // those who have any
};

}  // namespace towermill
