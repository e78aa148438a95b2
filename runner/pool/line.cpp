#include "runner/pool/line.h"

#include <algorithm>
#include <system_error>
#include <utility>

namespace towermill {

Line::Line(Bounds bounds, std::function<void()> call_a_thread)
    : bounds_(bounds),
      call_a_thread_(std::move(call_a_thread)),
      turns_({bounds.at_once, bounds.at_once_in_a_workspace}) {}

Line::~Line() {
  close();
  watch_.clear();
}

void Line::join(std::unique_ptr<Waiter> waiter) {
  AllRefused refused;
  std::optional<Place> place;
  {
    const std::lock_guard lock(mutex_);
    place = admit(std::move(waiter), refused);
  }
  for (const Refused& one : refused) one.waiter->give_up(one.no_turn);
  refused.clear();
  run(std::move(place));
}

/// The one to be run here: the newcomer, or one who has waited for what it tells of, if anybody.
std::optional<Line::Place> Line::admit(std::unique_ptr<Waiter> waiter, AllRefused& refused) {
  const TimePoint now = Clock::now();
  Turns::Script& script = turns_.script_of(waiter->claim());
  Place place{std::move(waiter), turns_.hindrance(script, now), now, &script};
  const bool may_run = place.hindrance == Hindrance::none && !closed_;
  if (may_run && !Turns::has_queue(script)) {
    turns_.start(script);
    return place;
  }
  turns_.forget(*std::exchange(place.script, nullptr));
  if (closed_) {
    refuse(std::move(place), Refusal::closed, refused);
    return std::nullopt;
  }
  // Others of its script are before it, though their limit has been raised, or time has passed. One of them
  // leaves it a place in the line, and more may have to be called.
  std::optional<Place> first;
  if (may_run) {
    first = next(now);
    place.hindrance = Hindrance::concurrent_limit;
    hang_ups_->call();
  }
  let_wait(std::move(place), refused);
  return first;
}

void Line::let_wait(Place place, AllRefused& refused) {
  const Claim claim = place.waiter->claim();
  if (!have_a_watch() || (turns_.waiting() >= bounds_.waiting && !make_room(claim, refused)))
    return refuse(std::move(place), Refusal::no_room, refused);
  const bool is_first = turns_.waiting() == 0;
  const int client = place.waiter->client_fd();
  hang_ups_->add(client, turns_.queue(std::move(place)));
  if (is_first || claim.window.count() > 0) hang_ups_->call();
}

/// Of a full line: who has left goes first, then the newest of those who have more in it.
bool Line::make_room(const Claim& newcomer, AllRefused& refused) {
  if (bounds_.waiting == 0) return false;
  for (const Turns::Ticket ticket : hang_ups_->look()) refuse(ticket, Refusal::left, refused);
  if (turns_.waiting() < bounds_.waiting) return true;
  const auto displaced = turns_.displaced_by(newcomer);
  if (displaced) refuse(*displaced, Refusal::no_room, refused);
  return displaced.has_value();
}

/// Started with the first who waits. False: the system denies it, and nobody can wait.
bool Line::have_a_watch() {
  if (!watch_.empty()) return true;
  auto hang_ups = HangUps::make();
  if (!hang_ups) return false;
  hang_ups_.emplace(std::move(*hang_ups));
  try {
    watch_.emplace_back(small_stack_bytes, [this] { watch(); });
  } catch (const std::system_error&) {
    return false;
  }
  return true;
}

/// Sees to what happens without anybody's doing: who waits too long or hangs up, and windows that open.
void Line::watch() {
  std::unique_lock lock(mutex_);
  std::vector<Turns::Ticket> left;
  while (!closed_) {
    const TimePoint now = Clock::now();
    AllRefused refused;
    for (const Turns::Ticket ticket : left) refuse(ticket, Refusal::left, refused);
    refuse_the_late(now, refused);
    const bool call = turns_.has_next(now);
    const TimePoint until = next_event(now);
    tell_if_idle();
    lock.unlock();
    for (const Refused& one : refused) one.waiter->give_up(one.no_turn);
    refused.clear();
    if (call) call_a_thread_();
    left = hang_ups_->wait(until);
    lock.lock();
  }
}

void Line::refuse(Place place, Refusal why, AllRefused& refused) {
  ++refused_[static_cast<std::size_t>(why)];
  const auto come_back = turns_.expected_wait(place.waiter->claim(), place.hindrance);
  refused.push_back({std::move(place.waiter), {why, place.hindrance, come_back}});
}

/// Nothing, where its turn has come meanwhile.
void Line::refuse(Turns::Ticket ticket, Refusal why, AllRefused& refused) {
  auto place = turns_.take(ticket);
  if (!place) return;
  hang_ups_->remove(place->waiter->client_fd());
  refuse(std::move(*place), why, refused);
}

void Line::refuse_the_late(TimePoint now, AllRefused& refused) {
  for (auto oldest = turns_.oldest(); oldest && oldest->second + bounds_.longest_wait <= now;
       oldest = turns_.oldest())
    refuse(oldest->first, Refusal::too_late, refused);
}

TimePoint Line::next_event(TimePoint now) const {
  const auto oldest = turns_.oldest();
  if (!oldest) return TimePoint::max();
  const TimePoint late = oldest->second + bounds_.longest_wait;
  return std::min(late, turns_.next_opening(now).value_or(late));
}

void Line::serve() {
  std::optional<Place> place;
  bool call = false;
  {
    const std::lock_guard lock(mutex_);
    const TimePoint now = Clock::now();
    place = next(now);
    call = place && turns_.has_next(now);
  }
  // One call may stand for several who may run.
  if (call) call_a_thread_();
  run(std::move(place));
}

void Line::run(std::optional<Place> place) {
  while (place) {
    const TimePoint begun = Clock::now();
    place->waiter->go(place->hindrance == Hindrance::none ? 0 : ms_since(place->since));
    place->waiter.reset();
    place = after(*place, begun);
  }
}

/// What ends makes room for one other at most.
std::optional<Line::Place> Line::after(const Place& place, TimePoint begun) {
  const std::lock_guard lock(mutex_);
  const TimePoint now = Clock::now();
  const bool opens = Turns::has_window(*place.script) && Turns::has_queue(*place.script);
  turns_.end(*place.script, now, now - begun);
  if (opens) hang_ups_->call();
  auto following = next(now);
  tell_if_idle();
  return following;
}

std::optional<Line::Place> Line::next(TimePoint now) {
  if (turns_.waiting() == 0) return std::nullopt;
  auto place = turns_.next(now);
  if (place) hang_ups_->remove(place->waiter->client_fd());
  return place;
}

void Line::close() {
  AllRefused refused;
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    while (const auto oldest = turns_.oldest()) refuse(oldest->first, Refusal::closed, refused);
    if (hang_ups_) hang_ups_->call();
    tell_if_idle();
  }
  for (const Refused& one : refused) one.waiter->give_up(one.no_turn);
}

Line::Load Line::load() const {
  const std::lock_guard lock(mutex_);
  return {turns_.running(), turns_.waiting(), refused_};
}

void Line::tell_if_idle() {
  if (turns_.running() == 0 && turns_.waiting() == 0) idle_.notify_all();
}

bool Line::wait_until_idle(TimePoint until) {
  std::unique_lock lock(mutex_);
  return idle_.wait_until(lock, until, [this] { return turns_.running() == 0 && turns_.waiting() == 0; });
}

}  // namespace towermill
