#include "runner/pool/turns.h"

#include <algorithm>
#include <deque>
#include <utility>

namespace towermill {

struct Turns::Script {
  Key key;
  std::size_t* runs_of_workspace = nullptr;
  std::size_t limit = 0;
  std::chrono::seconds window{0};
  std::size_t running = 0;
  std::deque<TimePoint> ended;  // runs that still count
  std::set<Ticket> queue;
  std::list<Script*>::iterator turn;  // where there is a queue
  RunTime run_time;

  void drop_what_counts_no_more(TimePoint now) {
    while (!ended.empty() && ended.front() + window <= now) ended.pop_front();
  }
};

Turns::Turns(Bounds bounds) : bounds_(bounds) {}

Turns::~Turns() = default;

Turns::Script& Turns::script_of(const Claim& claim) {
  auto found = scripts_.find(std::pair(claim.workspace, claim.script));
  if (found == scripts_.end()) {
    auto script = std::make_unique<Script>();
    script->key = {std::string(claim.workspace), std::string(claim.script)};
    script->runs_of_workspace = &of_workspace_[script->key.first];
    found = scripts_.emplace(script->key, std::move(script)).first;
  }
  found->second->limit = claim.concurrent_limit;
  found->second->window = claim.window;
  if (claim.concurrent_limit == 0) found->second->ended.clear();
  return *found->second;
}

Hindrance Turns::hindrance(Script& script, TimePoint now) const {
  if (running_ >= bounds_.at_once) return Hindrance::runs_at_once;
  const std::size_t most = bounds_.at_once_in_a_workspace;
  if (most > 0 && *script.runs_of_workspace >= most) return Hindrance::workspace_runs_at_once;
  if (script.limit == 0) return Hindrance::none;
  script.drop_what_counts_no_more(now);
  const bool full = script.running + script.ended.size() >= script.limit;
  return full ? Hindrance::concurrent_limit : Hindrance::none;
}

bool Turns::has_queue(const Script& script) { return !script.queue.empty(); }

bool Turns::has_window(const Script& script) { return script.window.count() > 0; }

void Turns::start(Script& script) {
  ++running_;
  ++*script.runs_of_workspace;
  ++script.running;
}

void Turns::end(Script& script, TimePoint now, Clock::duration took) {
  run_time_.add(took);
  script.run_time.add(took);
  --running_;
  --*script.runs_of_workspace;
  --script.running;
  if (script.limit > 0 && has_window(script)) script.ended.push_back(now);
  forget(script);
}

void Turns::forget(Script& script) {
  if (script.running == 0 && script.queue.empty() && script.ended.empty())
    scripts_.erase(scripts_.find(script.key));
}

Turns::Ticket Turns::queue(Place place) {
  Script& script = script_of(place.waiter->claim());
  place.script = &script;
  const Ticket ticket = ++tickets_;
  places_.emplace_hint(places_.end(), ticket, std::move(place));
  if (script.queue.empty()) script.turn = turns_.insert(turns_.end(), &script);
  script.queue.insert(ticket);
  return ticket;
}

std::optional<Turns::Place> Turns::take(Ticket ticket) {
  const auto found = places_.find(ticket);
  if (found == places_.end()) return std::nullopt;
  Place place = unqueue(found);
  forget(*std::exchange(place.script, nullptr));
  return place;
}

Turns::Place Turns::unqueue(std::map<Ticket, Place>::iterator found) {
  Place place = std::move(found->second);
  place.script->queue.erase(found->first);
  places_.erase(found);
  if (place.script->queue.empty()) turns_.erase(place.script->turn);
  return place;
}

std::list<Turns::Script*>::iterator Turns::first_that_may(TimePoint now) {
  if (running_ >= bounds_.at_once) return turns_.end();
  return std::find_if(turns_.begin(), turns_.end(),
                      [&](Script* script) { return hindrance(*script, now) == Hindrance::none; });
}

bool Turns::has_next(TimePoint now) { return first_that_may(now) != turns_.end(); }

std::optional<Turns::Place> Turns::next(TimePoint now) {
  const auto turn = first_that_may(now);
  if (turn == turns_.end()) return std::nullopt;
  turns_.splice(turns_.end(), turns_, turn);
  Place place = unqueue(places_.find(*(*turn)->queue.begin()));
  start(*place.script);
  return place;
}

std::optional<Turns::Ticket> Turns::displaced_by(const Claim& claim) const {
  const auto found = scripts_.find(std::pair(claim.workspace, claim.script));
  const std::size_t own = found == scripts_.end() ? 0 : found->second->queue.size();
  const auto most = std::max_element(
      turns_.begin(), turns_.end(),
      [](const Script* one, const Script* other) { return one->queue.size() < other->queue.size(); });
  if (most == turns_.end() || (*most)->queue.size() <= own) return std::nullopt;
  return *(*most)->queue.rbegin();
}

std::optional<std::pair<Turns::Ticket, TimePoint>> Turns::oldest() const {
  if (places_.empty()) return std::nullopt;
  return std::pair(places_.begin()->first, places_.begin()->second.since);
}

std::chrono::seconds Turns::expected_wait(const Claim& claim, Hindrance hindrance) const {
  const auto found = scripts_.find(std::pair(claim.workspace, claim.script));
  if (hindrance == Hindrance::concurrent_limit && found != scripts_.end()) {
    const Script& script = *found->second;
    return time_until_turn(script.queue.size(), script.limit, script.run_time.mean() + script.window);
  }
  const bool of_workspace = hindrance == Hindrance::workspace_runs_at_once;
  return time_until_turn(places_.size(), of_workspace ? bounds_.at_once_in_a_workspace : bounds_.at_once,
                         run_time_.mean());
}

std::optional<TimePoint> Turns::next_opening(TimePoint now) const {
  std::optional<TimePoint> next;
  for (const Script* script : turns_) {
    for (const TimePoint ended : script->ended) {
      const TimePoint opens = ended + script->window;
      if (opens <= now) continue;
      if (!next || opens < *next) next = opens;
      break;
    }
  }
  return next;
}

}  // namespace towermill
