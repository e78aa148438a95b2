#pragma once
// The one place where this program takes signals: blocked in every thread, read from a descriptor on the main
// one.

#include <initializer_list>
#include <optional>

#include "runner/base/clock.h"
#include "runner/base/fd.h"

namespace towermill {

class Signals {
 public:
  /// Blocks all signals and takes these. Error: no descriptor for it.
  static Result<Signals> take(std::initializer_list<int> signals);

  /// The next one's number. Nothing: none came by the deadline, or before `also` (-1: no descriptor) became
  /// readable.
  std::optional<int> next(TimePoint until, int also = -1);

  /// Readable when there is one: for who waits for other things too.
  int fd() const { return fd_.get(); }

 private:
  explicit Signals(UniqueFd fd) : fd_(std::move(fd)) {}
  UniqueFd fd_;
};

}  // namespace towermill
