#include "runner/pool/line.h"

#include <utility>

namespace towermill {

Line::Line(Bounds bounds) : bounds_(bounds) {
  threads_.reserve(bounds.at_once + 1);
  for (std::size_t i = 0; i < bounds.at_once; ++i)
    threads_.emplace_back(small_stack_bytes, [this] { serve(); });
  threads_.emplace_back(small_stack_bytes, [this] { turn_away_the_late(); });
}

Line::~Line() {
  close();
  threads_.clear();
}

std::unique_ptr<Waiter> Line::join(std::unique_ptr<Waiter> waiter) {
  {
    const std::lock_guard lock(mutex_);
    const std::size_t free_threads = bounds_.at_once - running_;
    if (closed_ || places_.size() >= bounds_.waiting + free_threads) return waiter;
    places_.push_back({std::move(waiter), Clock::now()});
  }
  arrived_.notify_one();
  return nullptr;
}

void Line::serve() {
  std::unique_lock lock(mutex_);
  for (;;) {
    arrived_.wait(lock, [this] { return closed_ || !places_.empty(); });
    if (places_.empty()) return;
    Place place = std::move(places_.front());
    places_.pop_front();
    ++running_;
    lock.unlock();
    place.waiter->go(ms_since(place.since));
    place.waiter.reset();
    lock.lock();
    --running_;
    if (running_ == 0 && places_.empty()) idle_.notify_all();
  }
}

void Line::turn_away_the_late() {
  std::unique_lock lock(mutex_);
  while (!closed_) {
    if (places_.empty() || places_.front().since + bounds_.longest_wait > Clock::now()) {
      // Whoever joins an empty line is not late before now + longest_wait.
      const TimePoint oldest = places_.empty() ? Clock::now() : places_.front().since;
      closing_.wait_until(lock, oldest + bounds_.longest_wait);
      continue;
    }
    Place late = std::move(places_.front());
    places_.pop_front();
    lock.unlock();
    late.waiter->give_up();
    late.waiter.reset();
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
  closing_.notify_all();
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
