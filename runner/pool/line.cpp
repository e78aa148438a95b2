#include "runner/pool/line.h"

#include <algorithm>
#include <iterator>
#include <system_error>
#include <utility>

namespace towermill {

Line::Line(Bounds bounds) : bounds_(bounds) {
  runners_.reserve(bounds.at_once);
  // Where nobody may wait, nobody can be late.
  if (bounds.waiting > 0) late_.emplace_back(small_stack_bytes, [this] { turn_away_the_late(); });
}

Line::~Line() {
  close();
  runners_.clear();
  late_.clear();
}

std::unique_ptr<Waiter> Line::join(std::unique_ptr<Waiter> waiter) {
  std::deque<Place> left;
  {
    const std::lock_guard lock(mutex_);
    if (is_full()) left = take_those_who_left();
    if (closed_ || is_full()) return waiter;
    have_a_thread();
    places_.push_back({std::move(waiter), Clock::now()});
    if (somebody_waits()) waiting_.notify_one();
  }
  arrived_.notify_one();
  for (Place& place : left) place.waiter->give_up();
  return nullptr;
}

// One more than there are only where all others have something to do. Where the system denies one, those that
// are there will do.
void Line::have_a_thread() {
  if (runners_.size() == bounds_.at_once || places_.size() < runners_.size() - running_) return;
  try {
    runners_.emplace_back(small_stack_bytes, [this] { serve(); });
  } catch (const std::system_error&) {
    if (runners_.empty()) throw;
  }
}

bool Line::is_full() const { return places_.size() >= bounds_.waiting + (bounds_.at_once - running_); }

std::deque<Line::Place> Line::take_those_who_left() {
  const auto first = std::stable_partition(places_.begin(), places_.end(),
                                           [](const Place& place) { return !place.waiter->has_left(); });
  std::deque<Place> left(std::make_move_iterator(first), std::make_move_iterator(places_.end()));
  places_.erase(first, places_.end());
  return left;
}

void Line::serve() {
  std::unique_lock lock(mutex_);
  for (;;) {
    arrived_.wait(lock, [this] { return closed_ || !places_.empty(); });
    if (places_.empty()) return;
    Place place = std::move(places_.front());
    places_.pop_front();
    ++running_;
    if (somebody_waits()) waiting_.notify_one();
    lock.unlock();
    place.waiter->go(ms_since(place.since));
    place.waiter.reset();
    lock.lock();
    --running_;
    if (running_ == 0 && places_.empty()) idle_.notify_all();
  }
}

// Only who finds no free thread can be late: the others are about to be taken.
void Line::turn_away_the_late() {
  std::unique_lock lock(mutex_);
  while (!closed_) {
    if (!somebody_waits()) {
      waiting_.wait(lock);
      continue;
    }
    const TimePoint late = places_.front().since + bounds_.longest_wait;
    if (Clock::now() < late) {
      waiting_.wait_until(lock, late);
      continue;
    }
    Place place = std::move(places_.front());
    places_.pop_front();
    lock.unlock();
    place.waiter->give_up();
    place.waiter.reset();
    lock.lock();
  }
}

void Line::close() {
  std::deque<Place> left;
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    left.swap(places_);
  }
  arrived_.notify_all();
  waiting_.notify_all();
  for (Place& place : left) place.waiter->give_up();
}

Line::Load Line::load() const {
  const std::lock_guard lock(mutex_);
  return {running_, places_.size()};
}

bool Line::wait_until_idle(TimePoint until) {
  std::unique_lock lock(mutex_);
  return idle_.wait_until(lock, until, [this] { return running_ == 0 && places_.empty(); });
}

}  // namespace towermill
