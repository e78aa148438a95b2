#include "handler/jobs/jobs.h"

#include <cerrno>

#include "handler/jobs/sqlite_job_store.h"
#include "handler/reply/errors.h"

namespace towermill {

namespace {

constexpr std::chrono::seconds pause_after_failure{1};

std::string_view sentence_for(int os_error) {
  switch (os_error) {
    case ENOSPC:
    case EDQUOT:
      return "the disk that jobs are kept on is full";
    case EROFS:
    case EACCES:
    case EPERM:
      return "the disk that jobs are kept on cannot be written";
    case EBUSY:
      return "the store of jobs is busy";
    default:
      return "jobs cannot be kept now, the server's log says why";
  }
}

}  // namespace

Result<JobStore*> Jobs::store() {
  const std::lock_guard lock(opening_);
  if (store_) return store_.get();
  if (not_open_ && Clock::now() < tried_ + pause_after_failure) return *not_open_;
  auto opened = SqliteJobStore::open(path_);
  tried_ = Clock::now();
  note(opened ? nullptr : &opened.error());
  if (!opened) {
    not_open_ = opened.error();
    return *not_open_;
  }
  store_ = std::move(*opened);
  return store_.get();
}

void Jobs::note(const Error* error) {
  const std::lock_guard lock(noting_);
  if (works_ == (error == nullptr)) return;
  works_ = error == nullptr;
  if (error == nullptr)
    log_.info("jobs are kept again", {});
  else
    log_.error("jobs cannot be kept", {{"why", error->message}});
}

void Jobs::listen(JobListener* listener) {
  const std::lock_guard lock(telling_);
  listener_ = listener;
}

void Jobs::tell_added() {
  const std::lock_guard lock(telling_);
  if (listener_ != nullptr) listener_->on_added();
}

void Jobs::tell_canceled(const std::string& job_id) {
  const std::lock_guard lock(telling_);
  if (listener_ != nullptr) listener_->on_cancel(job_id);
}

Response jobs_unavailable(const Error& error) {
  return error_response(ServerError::jobs_unavailable, sentence_for(error.os_error));
}

}  // namespace towermill
