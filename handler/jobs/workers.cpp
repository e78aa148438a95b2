#include "handler/jobs/workers.h"

#include <unistd.h>

#include <algorithm>
#include <climits>
#include <exception>
#include <utility>

#include "handler/jobs/asked_job.h"
#include "handler/jobs/error_handler_job.h"
#include "handler/jobs/job_end.h"
#include "runner/base/incarnation.h"

namespace towermill {

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr milliseconds lease{30'000};
constexpr seconds between_keeps{10};
// What other processes add is seen by looking.
constexpr milliseconds between_looks{1'000};
// What they cancel is to be over within a second.
constexpr milliseconds between_looks_at_runs{400};

std::string name_of_host() {
  char host[HOST_NAME_MAX + 1] = {};
  ::gethostname(host, sizeof host - 1);
  return "wk-" + std::string(host) + "-";
}

}  // namespace

std::string own_worker_name() { return name_of_host() + own_incarnation(); }

Workers::Workers(const WorkMeans& means, std::size_t at_once)
    : means_(means), name_(own_worker_name()), in_hand_(at_once), threads_(at_once) {
  foreman_.emplace_back(small_stack_bytes, [this] { work(); });
  means_.jobs.listen(this);
}

Workers::~Workers() { join(); }

void Workers::call_a_thread() {
  threads_.add([this] { means_.line.serve(); });
}

void Workers::stop() {
  const std::lock_guard lock(mutex_);
  claims_ = false;
}

void Workers::end_all() {
  stop();
  in_hand_.end_all(Ending::stopping);
}

bool Workers::wait_until_idle(TimePoint until) {
  std::unique_lock lock(mutex_);
  return changed_.wait_until(lock, until, [this] {
    const std::size_t in_hand = in_hand_.leases().size();
    return in_hand <= unsettled_.size();
  });
}

void Workers::join() {
  means_.jobs.listen(nullptr);
  stop();
  threads_.join();
  {
    const std::lock_guard lock(mutex_);
    over_ = true;
    changed_.notify_all();
  }
  foreman_.clear();
  settle_the_unsettled();
}

void Workers::wake() {
  const std::lock_guard lock(mutex_);
  called_ = true;
  changed_.notify_all();
}

void Workers::wake_if_more() {
  const std::lock_guard lock(mutex_);
  called_ = called_ || more_;
  changed_.notify_all();
}

/// The foreman's thread.
void Workers::work() {
  TimePoint next = Clock::now();
  for (;;) {
    {
      std::unique_lock lock(mutex_);
      changed_.wait_until(lock, next, [this] { return called_ || over_; });
      if (over_) return;
      called_ = false;
    }
    try {
      next = look_around();
    } catch (const std::exception& error) {
      means_.log.error("jobs not looked at", {{"why", error.what()}});
      next = Clock::now() + between_looks;
    }
  }
}

/// Returns when to look again.
TimePoint Workers::look_around() {
  settle_the_unsettled();
  if (Clock::now() >= keep_at_) {
    keep_leases();
    free_the_deads_jobs();
    keep_at_ = Clock::now() + between_keeps;
  }
  if (!in_hand_.is_empty()) end_the_canceled();
  const TimePoint due = claim();
  return std::min(due, Clock::now() + (in_hand_.is_empty() ? between_looks : between_looks_at_runs));
}

void Workers::keep_leases() {
  const auto leases = in_hand_.leases();
  if (leases.empty()) return;
  const auto kept =
      means_.jobs.ask([&](JobStore& store) { return store.keep(leases, now_ms() + lease.count()); });
  if (!kept) return;
  for (const std::string& id : kept->lost) in_hand_.end(id, Ending::lost);
  for (const std::string& id : kept->canceled) in_hand_.end(id, Ending::canceled);
}

/// Of processes of this host that have certainly ended: nobody needs to wait for the ends of their leases.
void Workers::free_the_deads_jobs() {
  const auto names = means_.jobs.ask([](JobStore& store) { return store.workers(); });
  if (!names) return;
  const std::string here = name_of_host();
  for (const std::string& name : *names)
    if (name.starts_with(here) && has_ended(std::string_view(name).substr(here.size())))
      (void)means_.jobs.ask([&](JobStore& store) { return store.free_jobs_of(name); });
}

void Workers::end_the_canceled() {
  const auto ids = means_.jobs.ask([&](JobStore& store) { return store.canceled_of(name_); });
  if (!ids) return;
  for (const std::string& id : *ids) in_hand_.end(id, Ending::canceled);
}

/// Returns when there may be something to claim.
TimePoint Workers::claim() {
  for (;;) {
    const auto passed_over = in_hand_.passed_over(Clock::now());
    const std::size_t room = in_hand_.room();
    {
      const std::lock_guard lock(mutex_);
      more_ = true;
      if (!claims_ || room == 0) return TimePoint::max();
    }
    auto claimed = means_.jobs.ask(
        [&](JobStore& store) { return store.claim(name_, room, now_ms(), lease.count(), passed_over); });
    if (!claimed) return Clock::now() + between_looks;
    const bool may_be_more = claimed->size() == room;
    for (Claimed& each : *claimed) begin(std::move(each));
    if (may_be_more) continue;
    if (passed_over.empty()) {
      const std::lock_guard lock(mutex_);
      more_ = !claimed->empty();
    }
    const Milliseconds now = now_ms();
    const auto due = means_.jobs.ask([&](JobStore& store) { return store.next_due(now); });
    if (!due || !*due) return TimePoint::max();
    return Clock::now() + std::min(milliseconds(**due - now), between_looks);
  }
}

void Workers::begin(Claimed claimed) {
  auto found = find_script_of(claimed.job, means_);
  auto* of = std::get_if<ScriptOfJob>(&found);
  const auto limit = of != nullptr ? static_cast<std::size_t>(of->script->meta.concurrent_limit) : 0;
  const Lease lease_of_job = claimed.lease;
  const Milliseconds due = claimed.job.scheduled_for;
  auto job = in_hand_.add(std::move(claimed), limit);
  if (!job) {
    (void)means_.jobs.ask(
        [&](JobStore& store) { return store.give_back(lease_of_job, {.scheduled_for = due}); });
    return;
  }
  if (!job->job().canceled_by.empty()) return settle({job, end_canceled(job->job())});
  if (of == nullptr) {
    const std::string& why = std::get<std::string>(found);
    means_.log.error("job cannot be run",
                     {{"job", job->job().id}, {"path", job->job().script_path}, {"why", why}});
    return settle({job, end_unrun(why)});
  }
  threads_.add([this, job, script = *of] {
    try {
      RunSteps& steps = *this;
      means_.line.join(std::make_unique<QueuedRun>(job, script, means_, steps));
    } catch (const std::exception& error) {
      means_.log.error("job not begun", {{"job", job->job().id}, {"why", error.what()}});
      on_no_end(job, between_looks);
    }
  });
}

void Workers::on_begin(const std::shared_ptr<JobInHand>& job) {
  in_hand_.began(*job);
  wake_if_more();
}

void Workers::on_end(const std::shared_ptr<JobInHand>& job, JobEnd end) { settle({job, std::move(end)}); }

void Workers::on_retry(const std::shared_ptr<JobInHand>& job, Later later) {
  settle({job, std::move(later)});
}

void Workers::on_no_end(const std::shared_ptr<JobInHand>& job, milliseconds pause) {
  if (pause.count() > 0) in_hand_.pause(job->script(), Clock::now() + pause);
  settle({job, Later{.scheduled_for = job->job().scheduled_for}});
}

void Workers::settle(Settlement settlement) {
  if (auto* end = std::get_if<JobEnd>(&settlement.how))
    end->next = error_handler_job(settlement.job->job(), *end, means_.workspaces, means_.log);
  if (!settle_now(settlement)) {
    const std::lock_guard lock(mutex_);
    unsettled_.push_back(std::move(settlement));
  }
  wake_if_more();
}

/// False: the disk does not take it now. Where the lease was lost, it is another's to say.
bool Workers::settle_now(const Settlement& settlement) {
  const Lease& of = settlement.job->claimed().lease;
  const auto settled = means_.jobs.ask([&](JobStore& store) {
    if (const auto* end = std::get_if<JobEnd>(&settlement.how)) return store.finish(of, *end);
    return store.give_back(of, std::get<Later>(settlement.how));
  });
  if (!settled) return false;
  if (!*settled) means_.log.warning("job lost to another", {{"job", of.job_id}});
  const bool is_over = *settled && std::holds_alternative<JobEnd>(settlement.how);
  if (is_over && means_.settings.keep_jobs == KeepJobs::nothing)
    (void)means_.jobs.ask([&](JobStore& store) { return store.wipe(of.job_id); });
  in_hand_.settled(*settlement.job);
  return true;
}

void Workers::settle_the_unsettled() {
  std::vector<Settlement> unsettled;
  {
    const std::lock_guard lock(mutex_);
    unsettled = unsettled_;
  }
  std::vector<JobInHand*> done;
  for (const Settlement& each : unsettled) {
    if (!settle_now(each)) break;
    done.push_back(each.job.get());
  }
  const std::lock_guard lock(mutex_);
  std::erase_if(unsettled_, [&](const Settlement& each) {
    return std::find(done.begin(), done.end(), each.job.get()) != done.end();
  });
}

}  // namespace towermill
