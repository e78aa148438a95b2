#include "handler/front/front.h"

#include <exception>
#include <system_error>
#include <utility>

namespace towermill {

namespace {
constexpr std::size_t front_stack_bytes = 512 * 1024;
}

Result<std::unique_ptr<Front>> Front::start(int listener, FrontOptions options, Handle handle) {
  std::unique_ptr<Front> front(new Front(std::move(options), std::move(handle)));
  auto connections = Connections::make({.listener = listener,
                                        .leave_waiting = front->options_.leave_waiting,
                                        .most_idle = front->options_.most_idle});
  if (!connections) return connections.error();
  front->connections_ = std::move(*connections);
  // The last step that may fail: before it nothing is served that would have to be called back.
  front->have_one_more();
  if (front->threads_.empty()) return Error{"the system denies the first thread"};
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

/// Where the system denies one, those that are there will do.
void Front::have_one_more() {
  const std::lock_guard lock(mutex_);
  if (ending_ || threads_.size() >= options_.most_threads) return;
  ++waiting_;
  try {
    threads_.emplace_back(front_stack_bytes, [this] { work(); });
  } catch (const std::system_error&) {
    --waiting_;
  }
}

/// Who leaves the others' midst as the last one sees to it that somebody waits.
void Front::work() {
  Connections::FirstBytes room;
  for (;;) {
    Arrival arrival;
    const auto event = connections_->next(arrival, room);
    if (--waiting_ == 0) have_one_more();
    if (event == Connections::Event::over) return;
    if (event == Connections::Event::called) options_.called();
    if (event == Connections::Event::arrival) {
      serve(std::move(arrival));
      connections_->served();
    }
    ++waiting_;
  }
}

/// What memory or the system denies costs one request, not the server.
void Front::serve(Arrival arrival) {
  std::unique_ptr<Exchange> exchange;
  try {
    exchange = read_fastcgi(std::move(arrival.connection), arrival.first, options_.fastcgi);
  } catch (const std::exception& error) {
    options_.fastcgi.refused(error.what());
  }
  if (exchange) handle_(std::move(exchange));
}

void Front::stop() {
  if (connections_) connections_->stop();
}

void Front::join() {
  break_off();
  std::vector<Thread> threads;
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
    threads.swap(threads_);
  }
  if (connections_) connections_->end();
}

}  // namespace towermill
