#include "handler/front/front.h"

#include <exception>
#include <utility>

namespace towermill {

namespace {
constexpr std::size_t front_stack_bytes = 512 * 1024;
}

Result<std::unique_ptr<Front>> Front::start(int listener, FrontOptions options, Handle handle) {
  std::unique_ptr<Front> front(new Front(std::move(options), std::move(handle)));
  Front* self = front.get();
  auto connections = Connections::make({.listener = listener,
                                        .leave_waiting = front->options_.leave_waiting,
                                        .most_idle = front->options_.most_idle,
                                        .ready = [self](UniqueFd connection) {
                                          {
                                            const std::lock_guard lock(self->mutex_);
                                            self->queue_.push_back(std::move(connection));
                                          }
                                          self->readable_.notify_one();
                                        }});
  if (!connections) return connections.error();
  front->connections_ = std::move(*connections);
  for (std::size_t i = 0; i < self->options_.threads; ++i)
    front->threads_.emplace_back(front_stack_bytes, [self] { self->work(); });
  // The last step that may fail: before it nothing is served that would have to be called back.
  front->listening_.emplace_back(front_stack_bytes, [self] { self->connections_->run(); });
  return front;
}

Front::Front(FrontOptions options, Handle handle) : options_(std::move(options)), handle_(std::move(handle)) {
  options_.fastcgi.break_off = &break_off_;
  options_.fastcgi.give_back = [this](UniqueFd connection) {
    connections_->give_back(std::move(connection));
  };
}

Front::~Front() {
  stop();
  join();
}

void Front::work() {
  std::unique_lock lock(mutex_);
  for (;;) {
    readable_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
    if (queue_.empty()) return;
    UniqueFd connection = std::move(queue_.front());
    queue_.pop_front();
    ++busy_;
    lock.unlock();
    serve(std::move(connection));
    lock.lock();
    --busy_;
    if (busy_ == 0 && queue_.empty()) idle_.notify_all();
  }
}

/// What memory or the system denies costs one request, not the server.
void Front::serve(UniqueFd connection) {
  std::unique_ptr<Exchange> exchange;
  try {
    exchange = read_fastcgi(std::move(connection), options_.fastcgi);
  } catch (const std::exception& error) {
    options_.fastcgi.refused(error.what());
  }
  if (exchange) handle_(std::move(exchange));
}

void Front::stop() {
  if (connections_) connections_->stop();
  listening_.clear();
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  readable_.notify_all();
}

bool Front::wait_until_idle(TimePoint until) {
  std::unique_lock lock(mutex_);
  return idle_.wait_until(lock, until, [this] { return busy_ == 0 && queue_.empty(); });
}

void Front::join() {
  break_off_ = true;
  {
    const std::lock_guard lock(mutex_);
    queue_.clear();
  }
  threads_.clear();
}

}  // namespace towermill
