#pragma once
// Waiters for tests: they note what happens to them, and those whose turn comes stay until they may go.

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "runner/pool/waiter.h"

namespace towermill {

/// What has happened, and a gate that holds those who run.
class Gate {
 public:
  void open_up() {
    const std::lock_guard lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }
  /// Lets so many more of those who run go on.
  void let_pass(int count) {
    const std::lock_guard lock(mutex_);
    passes_ += count;
    changed_.notify_all();
  }
  void went(const std::string& script) {
    std::unique_lock lock(mutex_);
    went_.push_back(script);
    changed_.notify_all();
    changed_.wait(lock, [this] { return open_ || passes_ > 0; });
    if (!open_) --passes_;
  }
  void gave_up(const std::string& script, Refusal why, Hindrance hindrance) {
    const std::lock_guard lock(mutex_);
    given_up_.push_back({script, why, hindrance});
    changed_.notify_all();
  }

  struct GivenUp {
    std::string script;
    Refusal why;
    Hindrance hindrance;
    bool operator==(const GivenUp&) const = default;
  };
  std::vector<std::string> who_went() const {
    const std::lock_guard lock(mutex_);
    return went_;
  }
  std::vector<GivenUp> who_gave_up() const {
    const std::lock_guard lock(mutex_);
    return given_up_;
  }
  bool wait_for_gone(std::size_t count) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(20), [&] { return went_.size() >= count; });
  }
  bool wait_for_given_up(std::size_t count) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(20), [&] { return given_up_.size() >= count; });
  }

 private:
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  bool open_ = false;
  int passes_ = 0;
  std::vector<std::string> went_;
  std::vector<GivenUp> given_up_;
};

/// What one run asks for; by itself one of a script without limits.
struct Asked {
  std::string script = "f/t/one";
  std::size_t concurrent_limit = 0;
  std::chrono::seconds window{0};
  int client_fd = -1;
  std::string workspace = "demo";
};

class Visitor final : public Waiter {
 public:
  Visitor(Gate& gate, Asked asked) : gate_(gate), asked_(std::move(asked)) {}
  Claim claim() const override {
    return {asked_.workspace, asked_.script, asked_.concurrent_limit, asked_.window};
  }
  int client_fd() const override { return asked_.client_fd; }
  void go(double) override { gate_.went(asked_.script); }
  void give_up(const NoTurn& no_turn) override {
    gate_.gave_up(asked_.script, no_turn.why, no_turn.hindrance);
  }

 private:
  Gate& gate_;
  const Asked asked_;
};

inline std::unique_ptr<Waiter> visitor(Gate& gate, Asked asked = {}) {
  return std::make_unique<Visitor>(gate, std::move(asked));
}

}  // namespace towermill
