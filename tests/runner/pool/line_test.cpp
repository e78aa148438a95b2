#include "runner/pool/line.h"

#include <atomic>
#include <catch2/catch.hpp>
#include <condition_variable>
#include <filesystem>
#include <iterator>
#include <mutex>
#include <utility>

using namespace towermill;  // NOLINT(google-build-using-namespace)
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

/// Counts what happens to waiters, and holds those that go until it is opened.
struct Gate {
  std::mutex mutex;
  std::condition_variable changed;
  bool open = false;
  int gone = 0, given_up = 0;

  void open_up() {
    const std::lock_guard lock(mutex);
    open = true;
    changed.notify_all();
  }
  bool wait_for_gone(int count) {
    std::unique_lock lock(mutex);
    return changed.wait_for(lock, seconds(10), [&] { return gone >= count; });
  }
  bool wait_for_given_up(int count) {
    std::unique_lock lock(mutex);
    return changed.wait_for(lock, seconds(10), [&] { return given_up >= count; });
  }
};

class Visitor final : public Waiter {
 public:
  explicit Visitor(Gate& gate, bool left = false) : gate_(gate), left_(left) {}
  bool has_left() const override { return left_; }
  void go(double) override {
    std::unique_lock lock(gate_.mutex);
    ++gate_.gone;
    gate_.changed.notify_all();
    gate_.changed.wait(lock, [this] { return gate_.open; });
  }
  void give_up() override {
    const std::lock_guard lock(gate_.mutex);
    ++gate_.given_up;
    gate_.changed.notify_all();
  }

 private:
  Gate& gate_;
  bool left_;
};

std::unique_ptr<Waiter> visitor(Gate& gate) { return std::make_unique<Visitor>(gate); }

}  // namespace

TEST_CASE("No more run at once than allowed, the rest wait, and beyond that there is no room") {
  Gate gate;
  Line line({.at_once = 2, .waiting = 3, .longest_wait = seconds(60)});
  for (int i = 0; i < 2; ++i) REQUIRE(line.join(visitor(gate)) == nullptr);
  REQUIRE(gate.wait_for_gone(2));
  for (int i = 0; i < 3; ++i) REQUIRE(line.join(visitor(gate)) == nullptr);
  CHECK(line.join(visitor(gate)) != nullptr);
  CHECK(line.load().running == 2);
  CHECK(line.load().waiting == 3);
  gate.open_up();
  REQUIRE(line.wait_until_idle(Clock::now() + seconds(10)));
  CHECK(gate.gone == 5);
  CHECK(gate.given_up == 0);
}

TEST_CASE("With no waiting allowed a free thread still takes a run") {
  Gate gate;
  gate.open = true;
  Line line({.at_once = 1, .waiting = 0, .longest_wait = seconds(60)});
  CHECK(line.join(visitor(gate)) == nullptr);
  CHECK(line.wait_until_idle(Clock::now() + seconds(10)));
}

TEST_CASE("There are as many threads as there ever were runs at once") {
  const auto threads = [] {
    const std::filesystem::directory_iterator tasks("/proc/self/task");
    return std::distance(begin(tasks), end(tasks));
  };
  const auto before = threads();
  Gate gate;
  Line line({.at_once = 50, .waiting = 0, .longest_wait = seconds(60)});
  CHECK(threads() == before);
  for (int i = 0; i < 3; ++i) REQUIRE(line.join(visitor(gate)) == nullptr);
  REQUIRE(gate.wait_for_gone(3));
  CHECK(threads() == before + 3);
  gate.open_up();
  for (int i = 0; i < 10; ++i) {
    REQUIRE(line.wait_until_idle(Clock::now() + seconds(10)));
    REQUIRE(line.join(visitor(gate)) == nullptr);
  }
  CHECK(threads() == before + 3);
}

TEST_CASE("Who waits too long is turned away while the others run on") {
  Gate gate;
  Line line({.at_once = 1, .waiting = 5, .longest_wait = milliseconds(20)});
  REQUIRE(line.join(visitor(gate)) == nullptr);
  REQUIRE(gate.wait_for_gone(1));
  for (int i = 0; i < 3; ++i) REQUIRE(line.join(visitor(gate)) == nullptr);
  CHECK(gate.wait_for_given_up(3));
  CHECK(line.load().running == 1);
  gate.open_up();
}

TEST_CASE("With no time to wait a free thread is never refused") {
  Gate gate;
  gate.open = true;
  Line line({.at_once = 2, .waiting = 5, .longest_wait = milliseconds(0)});
  for (int i = 0; i < 500; ++i) {
    REQUIRE(line.join(visitor(gate)) == nullptr);
    REQUIRE(line.wait_until_idle(Clock::now() + seconds(10)));
  }
  CHECK(gate.gone == 500);
}

TEST_CASE("Who has left makes room in a full line") {
  Gate gate;
  Line line({.at_once = 1, .waiting = 2, .longest_wait = seconds(60)});
  REQUIRE(line.join(visitor(gate)) == nullptr);
  REQUIRE(gate.wait_for_gone(1));
  for (int i = 0; i < 2; ++i) REQUIRE(line.join(std::make_unique<Visitor>(gate, true)) == nullptr);
  CHECK(line.join(visitor(gate)) == nullptr);
  CHECK(gate.given_up == 2);
  CHECK(line.load().waiting == 1);
  gate.open_up();
}

TEST_CASE("A closed line gives up who waits and takes nobody") {
  Gate gate;
  Line line({.at_once = 1, .waiting = 5, .longest_wait = seconds(60)});
  REQUIRE(line.join(visitor(gate)) == nullptr);
  REQUIRE(gate.wait_for_gone(1));
  REQUIRE(line.join(visitor(gate)) == nullptr);
  line.close();
  CHECK(gate.given_up == 1);
  CHECK(line.join(visitor(gate)) != nullptr);
  gate.open_up();
}

TEST_CASE("Every waiter of many threads is served exactly once") {
  Gate gate;
  gate.open = true;
  constexpr int threads = 8, each = 200;
  Line line({.at_once = 4, .waiting = threads * each, .longest_wait = seconds(60)});
  {
    std::vector<Thread> joining;
    for (int i = 0; i < threads; ++i)
      joining.emplace_back(small_stack_bytes, [&] {
        for (int n = 0; n < each; ++n)
          if (line.join(visitor(gate)) != nullptr) return;
      });
  }
  REQUIRE(line.wait_until_idle(Clock::now() + seconds(30)));
  CHECK(gate.gone == threads * each);
}
