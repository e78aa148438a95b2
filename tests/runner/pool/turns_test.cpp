#include "runner/pool/turns.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "tests/runner/pool/visitors.h"

using namespace towermill;  // NOLINT(google-build-using-namespace)
using std::chrono::seconds;

namespace {

const TimePoint noon = TimePoint(seconds(1'000'000));

/// A Turns, and what a test does with it.
struct Tried {
  Turns turns;
  Gate gate = {};

  explicit Tried(Turns::Bounds bounds) : turns(bounds) { gate.open_up(); }

  Hindrance hindrance(const Asked& asked, TimePoint now = noon) {
    Turns::Script& script = script_of(asked);
    const Hindrance found = turns.hindrance(script, now);
    turns.forget(script);
    return found;
  }
  Turns::Script& script_of(const Asked& asked) {
    return turns.script_of({asked.workspace, asked.script, asked.concurrent_limit, asked.window});
  }
  Turns::Script& start(const Asked& asked) {
    Turns::Script& script = script_of(asked);
    turns.start(script);
    return script;
  }
  Turns::Ticket queue(const Asked& asked, TimePoint now = noon) {
    return turns.queue({visitor(gate, asked), Hindrance::runs_at_once, now, nullptr});
  }
  /// The script whose turn comes at each end of a run, until nobody waits.
  std::vector<std::string> in_turn() {
    std::vector<std::string> scripts;
    while (auto place = turns.next(noon)) {
      scripts.emplace_back(place->waiter->claim().script);
      turns.end(*place->script, noon, seconds(1));
    }
    return scripts;
  }
};

}  // namespace

TEST_CASE("A run counts against the server, its workspace and its script, and no other") {
  Tried tried({.at_once = 3, .at_once_in_a_workspace = 2});
  const Asked limited{.script = "f/t/limited", .concurrent_limit = 1};
  Turns::Script& running = tried.start(limited);
  CHECK(tried.hindrance(limited) == Hindrance::concurrent_limit);
  CHECK(tried.hindrance({}) == Hindrance::none);
  tried.start({});
  CHECK(tried.hindrance({}) == Hindrance::workspace_runs_at_once);
  CHECK(tried.hindrance({.workspace = "other"}) == Hindrance::none);
  tried.start({.workspace = "other"});
  CHECK(tried.hindrance({.workspace = "third"}) == Hindrance::runs_at_once);
  tried.turns.end(running, noon, seconds(1));
  CHECK(tried.hindrance(limited) == Hindrance::none);
}

TEST_CASE("Within its window a run counts on after its end") {
  Tried tried({.at_once = 10, .at_once_in_a_workspace = 0});
  const Asked hourly{.concurrent_limit = 2, .window = seconds(3600)};
  for (int i = 0; i < 2; ++i) tried.turns.end(tried.start(hourly), noon + seconds(i), seconds(1));
  CHECK(tried.hindrance(hourly, noon + seconds(3599)) == Hindrance::concurrent_limit);
  CHECK(tried.hindrance(hourly, noon + seconds(3600)) == Hindrance::none);
}

TEST_CASE("When time alone makes room is told") {
  Tried tried({.at_once = 10, .at_once_in_a_workspace = 0});
  const Asked hourly{.concurrent_limit = 1, .window = seconds(3600)};
  tried.turns.end(tried.start(hourly), noon, seconds(1));
  CHECK(tried.turns.next_opening(noon) == std::nullopt);  // nobody waits for it
  tried.queue(hourly);
  CHECK(tried.turns.next_opening(noon) == noon + seconds(3600));
  CHECK_FALSE(tried.turns.has_next(noon));
  CHECK(tried.turns.has_next(noon + seconds(3600)));
  CHECK(tried.turns.next_opening(noon + seconds(3600)) == std::nullopt);
}

TEST_CASE("Scripts take turns, however many wait for one of them") {
  Tried tried({.at_once = 1, .at_once_in_a_workspace = 0});
  for (int i = 0; i < 4; ++i) tried.queue({.script = "flood"});
  for (int i = 0; i < 2; ++i) tried.queue({.script = "other"});
  tried.queue({.script = "third"});
  CHECK(tried.in_turn() ==
        std::vector<std::string>{"flood", "other", "third", "flood", "other", "flood", "flood"});
}

TEST_CASE("Who may not run holds up nobody behind, and keeps its turn") {
  Tried tried({.at_once = 5, .at_once_in_a_workspace = 0});
  const Asked limited{.script = "limited", .concurrent_limit = 1};
  Turns::Script& running = tried.start(limited);
  tried.queue(limited);
  for (int i = 0; i < 2; ++i) tried.queue({.script = "free"});
  CHECK(tried.turns.next(noon)->waiter->claim().script == "free");
  tried.turns.end(running, noon, seconds(1));
  CHECK(tried.turns.next(noon)->waiter->claim().script == "limited");
}

TEST_CASE("A newcomer displaces the newest of the script that has most, if its own has fewer") {
  Tried tried({.at_once = 1, .at_once_in_a_workspace = 0});
  CHECK(tried.turns.displaced_by({.workspace = "demo", .script = "new"}) == std::nullopt);
  tried.queue({.script = "few"});
  for (int i = 0; i < 2; ++i) tried.queue({.script = "many"});
  const Turns::Ticket newest = tried.queue({.script = "many"});
  CHECK(tried.turns.displaced_by({.workspace = "demo", .script = "new"}) == newest);
  CHECK(tried.turns.displaced_by({.workspace = "demo", .script = "few"}) == newest);
  CHECK(tried.turns.displaced_by({.workspace = "demo", .script = "many"}) == std::nullopt);
  CHECK(tried.turns.displaced_by({.workspace = "other", .script = "many"}) == newest);
}

TEST_CASE("Who is taken out of the queue is in it no more, and its script loses its turn") {
  Tried tried({.at_once = 1, .at_once_in_a_workspace = 0});
  const Turns::Ticket first = tried.queue({.script = "one"});
  const Turns::Ticket second = tried.queue({.script = "two"}, noon + seconds(1));
  CHECK(tried.turns.oldest() == std::pair(first, noon));
  CHECK(tried.turns.take(first).has_value());
  CHECK_FALSE(tried.turns.take(first).has_value());
  CHECK(tried.turns.oldest() == std::pair(second, noon + seconds(1)));
  CHECK(tried.in_turn() == std::vector<std::string>{"two"});
  CHECK(tried.turns.waiting() == 0);
}

TEST_CASE("The newest claim's limits hold for those who wait") {
  Tried tried({.at_once = 5, .at_once_in_a_workspace = 0});
  tried.start({.concurrent_limit = 1});
  tried.queue({.concurrent_limit = 1});
  CHECK_FALSE(tried.turns.has_next(noon));
  tried.script_of({.concurrent_limit = 2});
  CHECK(tried.turns.has_next(noon));
}

TEST_CASE("Who gets no turn is told when to come back, by who waits and how long runs take") {
  Tried tried({.at_once = 2, .at_once_in_a_workspace = 1});
  Turns::Script& slow = tried.start({.script = "f/t/slow", .concurrent_limit = 2, .window = seconds(4)});
  const Asked asked = {.script = "f/t/slow", .concurrent_limit = 2, .window = seconds(4)};
  const auto wait = [&](Hindrance hindrance) {
    return tried.turns.expected_wait(Visitor(tried.gate, asked).claim(), hindrance);
  };
  CHECK(wait(Hindrance::runs_at_once) == seconds(1));
  tried.turns.end(slow, noon, seconds(10));
  CHECK(wait(Hindrance::runs_at_once) == seconds(5));
  CHECK(wait(Hindrance::workspace_runs_at_once) == seconds(10));
  CHECK(wait(Hindrance::concurrent_limit) == seconds(7));
}
