#pragma once
// The store of jobs as the server has it: opened when it can be; and who hears of what is put into it.

#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "handler/http/message.h"
#include "handler/jobs/job_store.h"
#include "handler/observe/log.h"
#include "runner/base/clock.h"
#include "runner/base/result.h"

namespace towermill {

/// Who runs this process's jobs. Called on any thread; must not ask Jobs to tell or listen meanwhile.
class JobListener {
 public:
  virtual ~JobListener() = default;
  virtual void on_added() = 0;
  virtual void on_cancel(const std::string& job_id) = 0;  // of a job that runs, here or elsewhere
};

/// Thread-safe.
class Jobs {
 public:
  /// `path` is the database's. `log` outlives this, and hears of each change between working and not.
  Jobs(std::string path, const Log& log) : path_(std::move(path)), log_(log) {}

  /// What `ask`, a function of JobStore& that returns a Result, says. Error: what it says, or why the store
  /// is not open: that is tried again, every second at most.
  template <class Ask>
  auto ask(const Ask& ask) -> decltype(ask(std::declval<JobStore&>())) {
    auto opened = store();
    if (!opened) return opened.error();
    auto answer = ask(**opened);
    note(answer ? nullptr : &answer.error());
    return answer;
  }

  /// nullptr: nobody. Once this returns, an earlier one is not called any more.
  void listen(JobListener* listener);
  void tell_added();
  void tell_canceled(const std::string& job_id);

 private:
  Result<JobStore*> store();
  void note(const Error* error);

  const std::string path_;
  const Log& log_;
  std::mutex opening_;
  std::unique_ptr<JobStore> store_;
  std::optional<Error> not_open_;
  TimePoint tried_;
  std::mutex noting_;
  bool works_ = true;
  std::mutex telling_;
  JobListener* listener_ = nullptr;
};

/// 503 with a sentence for the caller, who is told of no path.
Response jobs_unavailable(const Error& error);

}  // namespace towermill
