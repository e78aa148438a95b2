#include "runner/pool/line.h"

#include <atomic>
#include <catch2/catch.hpp>
#include <filesystem>
#include <functional>
#include <iterator>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "tests/runner/pool/visitors.h"

using namespace towermill;  // NOLINT(google-build-using-namespace)
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

/// A line, and threads that bring it runs, each of which stays with what it has brought.
class Busy {
 public:
  explicit Busy(Line::Bounds bounds)
      : line_(bounds, [this] {
          ++calls_;
          have_a_thread([this] { line_.serve(); });
        }) {}
  ~Busy() {
    gate_.open_up();
    line_.wait_until_idle(Clock::now() + seconds(20));
    line_.close();
    std::vector<Thread> threads;
    const std::lock_guard lock(mutex_);
    over_ = true;
    threads.swap(threads_);
  }
  Busy(const Busy&) = delete;
  Busy& operator=(const Busy&) = delete;

  /// On a thread of its own, as it may run.
  void bring(const Asked& asked = {}) {
    have_a_thread([this, asked] { line_.join(visitor(gate_, asked)); });
  }
  /// One that is expected to run: returns when it does.
  void run(const Asked& asked = {}) {
    const std::size_t before = gate_.who_went().size();
    bring(asked);
    REQUIRE(gate_.wait_for_gone(before + 1));
  }
  /// One that is expected to wait or to be refused: returns when it does.
  void queue(const Asked& asked = {}) { line_.join(visitor(gate_, asked)); }

  Line& line() { return line_; }
  Gate& gate() { return gate_; }
  int calls() const { return calls_; }

 private:
  void have_a_thread(std::function<void()> work) {
    const std::lock_guard lock(mutex_);
    if (!over_) threads_.emplace_back(small_stack_bytes, std::move(work));
  }

  Gate gate_;
  std::atomic<int> calls_ = 0;
  std::mutex mutex_;
  bool over_ = false;
  std::vector<Thread> threads_;
  Line line_;
};

std::ptrdiff_t count_threads() {
  const std::filesystem::directory_iterator tasks("/proc/self/task");
  return std::distance(begin(tasks), end(tasks));
}

using Given = std::vector<Gate::GivenUp>;
using Went = std::vector<std::string>;

}  // namespace

TEST_CASE("No more run at once than allowed, the rest wait, and beyond that there is no room") {
  Busy busy({.at_once = 2, .waiting = 3, .longest_wait = seconds(60)});
  for (int i = 0; i < 2; ++i) busy.run();
  for (int i = 0; i < 4; ++i) busy.queue();
  CHECK(busy.line().load().running == 2);
  CHECK(busy.line().load().waiting == 3);
  CHECK(busy.gate().who_gave_up() == Given{{"f/t/one", Refusal::no_room, Hindrance::runs_at_once}});
  busy.gate().open_up();
  REQUIRE(busy.line().wait_until_idle(Clock::now() + seconds(20)));
  CHECK(busy.gate().who_went().size() == 5);
  CHECK(busy.line().load().refused == std::array<std::uint64_t, refusal_count>{1, 0, 0, 0});
}

TEST_CASE("What may run at once runs on the thread that brings it, and no thread is started") {
  Gate gate;
  gate.open_up();
  const auto before = count_threads();
  Line line({.at_once = 1, .waiting = 5, .longest_wait = seconds(60)}, [] {});
  line.join(visitor(gate));
  CHECK(gate.who_went().size() == 1);
  CHECK(count_threads() == before);
}

TEST_CASE("A thread whose run has ended goes on with those who wait") {
  Busy busy({.at_once = 1, .waiting = 5, .longest_wait = seconds(60)});
  busy.run();
  for (int i = 0; i < 3; ++i) busy.queue();
  const auto threads = count_threads();
  for (std::size_t gone = 2; gone <= 4; ++gone) {
    busy.gate().let_pass(1);
    REQUIRE(busy.gate().wait_for_gone(gone));
    CHECK(count_threads() == threads);
  }
  CHECK(busy.calls() == 0);
}

TEST_CASE("A workspace has no more runs at once than its share, and another one runs on") {
  Busy busy({.at_once = 9, .waiting = 1, .longest_wait = seconds(60), .at_once_in_a_workspace = 1});
  busy.run();
  busy.run({.workspace = "other"});
  for (int i = 0; i < 2; ++i) busy.queue();
  CHECK(busy.gate().who_gave_up() == Given{{"f/t/one", Refusal::no_room, Hindrance::workspace_runs_at_once}});
}

TEST_CASE("A script has no more runs at once than its concurrent_limit, and another one runs on") {
  Busy busy({.at_once = 9, .waiting = 1, .longest_wait = seconds(60)});
  for (int i = 0; i < 2; ++i) busy.run({.concurrent_limit = 2});
  busy.run({.script = "f/t/other"});
  for (int i = 0; i < 2; ++i) busy.queue({.concurrent_limit = 2});
  CHECK(busy.gate().who_gave_up() == Given{{"f/t/one", Refusal::no_room, Hindrance::concurrent_limit}});
  busy.gate().let_pass(3);
  CHECK(busy.gate().wait_for_gone(4));
}

TEST_CASE("Who waits for time to pass is run by a thread that is called") {
  Busy busy({.at_once = 9, .waiting = 9, .longest_wait = seconds(60)});
  busy.gate().open_up();
  const Asked each_second{.concurrent_limit = 2, .window = seconds(1)};
  for (int i = 0; i < 2; ++i) busy.run(each_second);
  for (int i = 0; i < 4; ++i) busy.queue(each_second);
  CHECK(busy.gate().who_went().size() == 2);
  CHECK(busy.line().wait_until_idle(Clock::now() + seconds(20)));
  CHECK(busy.gate().who_went().size() == 6);
  CHECK(busy.calls() >= 2);
}

TEST_CASE("Who waits for time to pass is not forgotten behind one who waits for something else") {
  Busy busy({.at_once = 9, .waiting = 9, .longest_wait = seconds(60)});
  const Asked each_second{.concurrent_limit = 1, .window = seconds(1)};
  busy.run(each_second);
  busy.gate().let_pass(1);
  REQUIRE(busy.line().wait_until_idle(Clock::now() + seconds(20)));
  const Asked held{.script = "f/t/held", .concurrent_limit = 1};
  busy.run(held);
  busy.queue(held);
  std::this_thread::sleep_for(milliseconds(50));  // until nobody looks at it of their own accord
  busy.bring(each_second);
  CHECK(busy.gate().wait_for_gone(3));
}

TEST_CASE("Those who wait for a limit that was raised run at once, though only a newcomer tells of it") {
  Busy busy({.at_once = 9, .waiting = 9, .longest_wait = seconds(60)});
  busy.run({.concurrent_limit = 1});
  for (int i = 0; i < 2; ++i) busy.queue({.concurrent_limit = 1});
  std::this_thread::sleep_for(milliseconds(50));  // until nobody looks at them of their own accord
  busy.bring({.concurrent_limit = 9});
  CHECK(busy.gate().wait_for_gone(4));
}

TEST_CASE("Who tells of a raised limit is not refused for those who wait for it, however full the line") {
  Busy busy({.at_once = 9, .waiting = 2, .longest_wait = seconds(60)});
  busy.run({.concurrent_limit = 1});
  for (int i = 0; i < 2; ++i) busy.queue({.concurrent_limit = 1});
  busy.bring({.concurrent_limit = 9});
  CHECK(busy.gate().wait_for_gone(4));
  CHECK(busy.gate().who_gave_up().empty());
}

TEST_CASE("A flood at one script does not delay another's by more than its turn") {
  Busy busy({.at_once = 1, .waiting = 50, .longest_wait = seconds(60)});
  busy.run({.script = "flood"});
  for (int i = 0; i < 20; ++i) busy.queue({.script = "flood"});
  busy.queue({.script = "other"});
  busy.gate().let_pass(2);
  REQUIRE(busy.gate().wait_for_gone(3));
  CHECK(busy.gate().who_went() == Went{"flood", "flood", "other"});
}

TEST_CASE("A flood at one script does not keep another's out of the line") {
  Busy busy({.at_once = 1, .waiting = 3, .longest_wait = seconds(60)});
  busy.run({.script = "flood"});
  for (int i = 0; i < 3; ++i) busy.queue({.script = "flood"});
  busy.queue({.script = "other"});
  CHECK(busy.gate().who_gave_up() == Given{{"flood", Refusal::no_room, Hindrance::runs_at_once}});
  CHECK(busy.line().load().waiting == 3);
}

TEST_CASE("Who waits too long is turned away while the others run on") {
  Busy busy({.at_once = 1, .waiting = 5, .longest_wait = milliseconds(20)});
  busy.run();
  for (int i = 0; i < 3; ++i) busy.queue();
  REQUIRE(busy.gate().wait_for_given_up(3));
  CHECK(busy.gate().who_gave_up()[0] == Gate::GivenUp{"f/t/one", Refusal::too_late, Hindrance::runs_at_once});
  CHECK(busy.line().load().running == 1);
}

TEST_CASE("With no time to wait a run that may start is never refused") {
  Gate gate;
  gate.open_up();
  Line line({.at_once = 2, .waiting = 5, .longest_wait = milliseconds(0)}, [] {});
  for (int i = 0; i < 500; ++i) line.join(visitor(gate));
  CHECK(gate.who_went().size() == 500);
}

TEST_CASE("With no waiting allowed nobody is displaced, and nobody waits") {
  Busy busy({.at_once = 1, .waiting = 0, .longest_wait = seconds(60)});
  busy.run();
  busy.queue({.script = "other"});
  CHECK(busy.gate().who_gave_up() == Given{{"other", Refusal::no_room, Hindrance::runs_at_once}});
}

TEST_CASE("Who hangs up while it waits is dropped at once") {
  Busy busy({.at_once = 1, .waiting = 2, .longest_wait = seconds(60)});
  auto client = make_stream_pair();
  REQUIRE(client.ok());
  busy.run();
  busy.queue({.script = "leaves", .client_fd = client->ours.get()});
  busy.queue({.script = "stays"});
  client->theirs.reset();
  REQUIRE(busy.gate().wait_for_given_up(1));
  CHECK(busy.gate().who_gave_up() == Given{{"leaves", Refusal::left, Hindrance::runs_at_once}});
  CHECK(busy.line().load().waiting == 1);
}

TEST_CASE("Who has left makes room in a full line before anybody is turned away") {
  Busy busy({.at_once = 1, .waiting = 30, .longest_wait = seconds(60)});
  std::vector<SocketPair> clients;
  busy.run();
  for (int i = 0; i < 30; ++i) {
    auto client = make_stream_pair();
    REQUIRE(client.ok());
    busy.queue({.client_fd = client->ours.get()});
    clients.push_back(std::move(*client));
  }
  for (SocketPair& client : clients) client.theirs.reset();
  busy.queue();
  REQUIRE(busy.gate().wait_for_given_up(30));
  for (const auto& [script, why, hindrance] : busy.gate().who_gave_up()) CHECK(why == Refusal::left);
  CHECK(busy.line().load().waiting == 1);
}

TEST_CASE("A closed line gives up who waits and takes nobody") {
  Busy busy({.at_once = 2, .waiting = 5, .longest_wait = seconds(60)});
  for (int i = 0; i < 2; ++i) busy.run();
  busy.queue();
  busy.line().close();
  busy.queue();
  for (const auto& [script, why, hindrance] : busy.gate().who_gave_up()) CHECK(why == Refusal::closed);
  CHECK(busy.gate().who_gave_up().size() == 2);
}

TEST_CASE("Every waiter of many threads is served exactly once") {
  Gate gate;
  gate.open_up();
  constexpr int threads = 8, each = 200;
  Line line({.at_once = 4, .waiting = threads * each, .longest_wait = seconds(60)}, [] {});
  {
    std::vector<Thread> joining;
    for (int i = 0; i < threads; ++i)
      joining.emplace_back(small_stack_bytes, [&gate, &line, i] {
        for (int n = 0; n < each; ++n) line.join(visitor(gate, {.script = std::to_string((n + i) % 3)}));
      });
  }
  CHECK(line.load().running == 0);
  CHECK(line.load().waiting == 0);
  CHECK(gate.who_went().size() == threads * each);
}
