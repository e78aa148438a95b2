#pragma once
// The endpoints behind one door: a request comes in, and its answer leaves, now or when a run has ended.

#include <memory>

#include "handler/api/services.h"
#include "handler/http/exchange.h"

namespace towermill {

class Api {
 public:
  explicit Api(const Services& services) : services_(services) {}

  /// Takes the exchange and sees to its answer. Thread-safe; blocks only while it answers; throws nothing.
  void handle(std::unique_ptr<Exchange> exchange) const;

 private:
  void dispatch(std::unique_ptr<Exchange> exchange) const;

  const Services services_;
};

}  // namespace towermill
