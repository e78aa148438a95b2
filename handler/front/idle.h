#pragma once
// Connections that are open without a request, in the order in which they came to be so. Not thread-safe.

#include <cstddef>
#include <vector>

#include "runner/base/fd.h"

namespace towermill {

/// A connection that waits for a request.
struct Idle {
  UniqueFd connection;
  bool is_new = false;  // has had none yet, and so is about to send one
};

class IdleConnections {
 public:
  void add(Idle idle);
  /// Empty: it is not among them.
  Idle take(int fd);
  std::size_t size() const { return size_; }
  /// From the one idle longest on; -1: there is none, or no newer one.
  int oldest() const { return oldest_; }
  int newer_than(int fd) const { return slots_[slot_of(fd)].newer; }
  /// Oldest first.
  std::vector<int> all() const;
  bool is_new(int fd) const { return slots_[slot_of(fd)].idle.is_new; }

 private:
  struct Slot {
    Idle idle;
    int older = -1, newer = -1;
  };
  static std::size_t slot_of(int fd) { return static_cast<std::size_t>(fd); }
  /// Where the neighbour's link to this one is: in its slot, or, past the ends, here.
  int& newer_of(int fd) { return fd < 0 ? oldest_ : slots_[slot_of(fd)].newer; }
  int& older_of(int fd) { return fd < 0 ? newest_ : slots_[slot_of(fd)].older; }

  std::vector<Slot> slots_;  // by descriptor, which are small numbers
  std::size_t size_ = 0;
  int oldest_ = -1, newest_ = -1;
};

}  // namespace towermill
