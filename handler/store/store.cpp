#include "handler/store/store.h"

#include <algorithm>
#include <utility>

namespace towermill {

namespace {

// A connection costs some memory: more are closed after their use.
constexpr std::size_t most_idle_readers = 8;

}  // namespace

Store::Store(std::string path, std::unique_ptr<Database> writer)
    : path_(std::move(path)), writer_(std::move(writer)) {}

Result<std::unique_ptr<Store>> Store::open(const std::string& path,
                                           std::initializer_list<std::string_view> steps) {
  auto writer = Database::open(path, Durability::power_loss);
  if (!writer) return writer.error();
  if (auto done = migrate(**writer, steps); !done) return done.error();
  return std::unique_ptr<Store>(new Store(path, std::move(*writer)));
}

Result<void> Store::write(const Work& work, Durability durability) {
  Waiting own{work, durability};
  std::unique_lock lock(mutex_);
  waiting_.push_back(&own);
  // Who finds nobody committing does it for all that have gathered meanwhile.
  committed_.wait(lock, [&] { return own.done || !committing_; });
  if (own.done) return own.result;
  committing_ = true;
  const Batch batch = std::exchange(waiting_, {});
  lock.unlock();
  commit(batch);
  lock.lock();
  committing_ = false;
  for (Waiting* each : batch) each->done = true;
  committed_.notify_all();
  return own.result;
}

void Store::commit(const Batch& batch) {
  const bool to_disk = std::any_of(batch.begin(), batch.end(), [](const Waiting* each) {
    return each->durability == Durability::power_loss;
  });
  auto all = writer_->wait_for(to_disk ? Durability::power_loss : Durability::crash);
  if (all)
    all = writer_->transaction([&]() -> Result<void> {
      for (Waiting* each : batch) {
        each->result = writer_->transaction([&] { return each->work(*writer_); });
        if (!each->result && !writer_->in_transaction()) return each->result;
      }
      return {};
    });
  if (all) return;
  for (Waiting* each : batch)
    if (each->result) each->result = all.error();
}

std::size_t Store::waiting() const {
  const std::lock_guard lock(mutex_);
  return waiting_.size();
}

Result<std::unique_ptr<Database>> Store::take_reader() {
  {
    const std::lock_guard lock(readers_mutex_);
    if (!readers_.empty()) {
      auto reader = std::move(readers_.back());
      readers_.pop_back();
      return reader;
    }
  }
  return Database::open(path_, Durability::crash, Writing::none);
}

Result<void> Store::read(const Work& work) {
  auto reader = take_reader();
  if (!reader) return reader.error();
  Result<void> done = (*reader)->snapshot([&] { return work(**reader); });
  const std::lock_guard lock(readers_mutex_);
  if (readers_.size() < most_idle_readers) readers_.push_back(std::move(*reader));
  return done;
}

}  // namespace towermill
