#pragma once
// A database for many threads: writes of the same moment share one commit, and so one wait for the disk.

#include <condition_variable>
#include <cstddef>
#include <functional>
#include <initializer_list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "handler/store/database.h"
#include "runner/base/result.h"

namespace towermill {

/// Several processes may have the same file open. Thread-safe.
class Store {
 public:
  using Work = std::function<Result<void>(Database&)>;

  /// Makes the file if it is not there, and brings its schema up to date: see migrate().
  static Result<std::unique_ptr<Store>> open(const std::string& path,
                                             std::initializer_list<std::string_view> steps);

  /// Returns once what `work` has changed is at least as durable as that. It may be done by another thread,
  /// beside others' work; an error of its own takes back its own changes alone, one of the disk those of all.
  Result<void> write(const Work& work, Durability durability = Durability::power_loss);

  /// How many writes wait for the commit before theirs.
  std::size_t waiting() const;

  /// Sees the database as it is at one moment. The connection is this thread's alone as long as it lasts.
  Result<void> read(const Work& work);

 private:
  struct Waiting {
    const Work& work;
    Durability durability;
    Result<void> result = {};
    bool done = false;
  };
  using Batch = std::vector<Waiting*>;

  Store(std::string path, std::unique_ptr<Database> writer);
  void commit(const Batch& batch);
  Result<std::unique_ptr<Database>> take_reader();

  const std::string path_;
  const std::unique_ptr<Database> writer_;  // of the thread that commits
  mutable std::mutex mutex_;
  std::condition_variable committed_;
  Batch waiting_;
  bool committing_ = false;
  std::mutex readers_mutex_;
  std::vector<std::unique_ptr<Database>> readers_;  // that nobody uses now
};

}  // namespace towermill
