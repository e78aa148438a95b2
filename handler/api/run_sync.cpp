#include "handler/api/run_sync.h"

#include <poll.h>

#include <cmath>
#include <exception>
#include <optional>
#include <utility>
#include <variant>

#include "handler/api/accepted_once.h"
#include "handler/api/answer.h"
#include "handler/api/busy.h"
#include "handler/jobs/asked_job.h"
#include "handler/jobs/error_handler_job.h"
#include "handler/jobs/job.h"
#include "handler/jobs/job_end.h"
#include "handler/jobs/options.h"
#include "handler/jobs/run_log.h"
#include "handler/reply/errors.h"
#include "handler/reply/reply.h"

namespace towermill {

namespace {

bool has_hung_up(int client_fd) {
  pollfd client{client_fd, POLLRDHUP, 0};
  return client_fd >= 0 && ::poll(&client, 1, 0) > 0;
}

// A longer result is not copied for the sake of a record.
constexpr std::size_t longest_recorded_bytes = 16 << 20;

const Outcome client_has_gone = Cancelled{"http connection broke"};

/// One synchronous run: in the line, in its process, in its answer.
class SyncRun final : public Waiter {
 public:
  /// `delivery`: which one is run with it, or nullptr.
  SyncRun(std::unique_ptr<Exchange> exchange, InFlight::Place place, Job job,
          std::unique_ptr<AcceptedDelivery> delivery, const RunOrder& order, const Workspace& workspace,
          const Services& services, TimePoint arrived)
      : exchange_(std::move(exchange)),
        place_(std::move(place)),
        job_(std::move(job)),
        delivery_(std::move(delivery)),
        counted_as_(order.counted_as),
        notes_{order.origins, job_.id, job_.script->version()},
        workspace_(workspace),
        services_(services),
        arrived_(arrived) {
    if (order.route) trigger_path_ = order.route->trigger_path;
  }

  void go(double waited_ms) override;
  Claim claim() const override { return claim_of(job_); }
  /// What was accepted is run, whether its sender waits for that or not.
  int client_fd() const override { return delivery_ ? -1 : exchange_->client_fd(); }
  void give_up(const NoTurn& no_turn) override;

 private:
  void answer(Response response) {
    services_.counts.count_request(counted_as_, response.status);
    answer_and_log(*exchange_, std::move(response), notes_, arrived_, services_.log);
  }
  void run(double waited_ms);
  void on_outcome(Outcome outcome);
  void keep_copy(const Outcome& outcome);
  void end(const RunReport& report, double waited_ms);
  void record(const RunReport& report, double waited_ms);
  void tell_error_handler(const JobRecord& job, const JobEnd& end) const;
  bool may_be_kept() const { return services_.recorder.wants_any() && !job_.script->meta.delete_after_use; }

  std::unique_ptr<Exchange> exchange_;
  const InFlight::Place place_;
  Job job_;
  const std::unique_ptr<AcceptedDelivery> delivery_;
  const Endpoint counted_as_;
  const AnswerNotes notes_;
  const Workspace& workspace_;
  const Services services_;
  TimePoint arrived_;
  std::string trigger_path_;  // of a custom route
  std::string_view outcome_word_ = "none";
  std::string why_;
  std::optional<Outcome> outcome_;  // to be recorded
};

void SyncRun::give_up(const NoTurn& no_turn) {
  try {
    if (no_turn.why == Refusal::left) return on_outcome(client_has_gone);
    Response busy = busy_response(no_turn, job_, services_.settings);
    if (delivery_) delivery_->settle(outcome_word_, busy);
    answer(std::move(busy));
  } catch (const std::exception& error) {
    services_.log.error("refusal broken off", {{"job", job_.id}, {"why", error.what()}});
  }
}

/// What memory or the system denies costs this run, not the server: unanswered, its exchange answers 500.
void SyncRun::go(double waited_ms) {
  try {
    // Who has gone while waiting gets no run.
    if (waited_ms > 0 && has_hung_up(client_fd())) {
      on_outcome(client_has_gone);
      return end({}, waited_ms);
    }
    run(waited_ms);
  } catch (const std::exception& error) {
    services_.log.error("run broken off", {{"job", job_.id}, {"why", error.what()}});
  }
}

void SyncRun::run(double waited_ms) {
  services_.versions.keep(workspace_, *job_.script);
  const Tokens::RunToken token(services_.tokens, job_.created_by, job_.workspace);
  const RunSpec spec = make_run_spec(job_, workspace_.root(), services_.environment, token.text());
  const Interrupts interrupts{.client_fd = client_fd(), .stop_fd = services_.stop_fd};
  const RunReport report = services_.runner.run(spec, *job_.script->language, interrupts,
                                                [this](Outcome outcome) { on_outcome(std::move(outcome)); });
  end(report, waited_ms);
}

void SyncRun::on_outcome(Outcome outcome) {
  log_not_started(services_.log, job_, outcome);
  why_ = why_of(outcome);
  // A result is copied where it may be kept; all else is small, and an error handler may have to hear of it.
  if (may_be_kept() || !std::holds_alternative<Returned>(outcome)) keep_copy(outcome);
  Reply reply = reply_to(std::move(outcome), reply_options(services_.settings, job_.limits));
  outcome_word_ = reply.word;
  if (delivery_) delivery_->settle(reply.word, reply.response);
  answer(std::move(reply.response));
}

void SyncRun::keep_copy(const Outcome& outcome) {
  const auto* returned = std::get_if<Returned>(&outcome);
  const bool is_long = returned != nullptr && returned->json.size() > longest_recorded_bytes;
  outcome_ = is_long ? Outcome(Returned{R"("WINDMILL_TOO_BIG")"}) : outcome;
}

void SyncRun::end(const RunReport& report, double waited_ms) {
  log_run(services_.log, services_.counts, job_, {outcome_word_, why_, waited_ms}, report);
  if (outcome_) record(report, waited_ms);
}

/// The answer has left, and nobody waits for this thread.
void SyncRun::record(const RunReport& report, double waited_ms) {
  const bool is_kept_if_good = may_be_kept() && services_.recorder.wants(JobStatus::success);
  if (outcome_word_ == "success" && !is_kept_if_good) return;
  auto [job_end, word] = end_of(std::move(*outcome_), reply_options(services_.settings, job_.limits));
  const Milliseconds now = now_ms();
  RanJob ran{.job = record_of(job_, {}, now - std::lround(ms_since(arrived_))), .args = {}};
  ran.job.started_at = ran.job.created_at + std::lround(waited_ms);
  ran.job.worker = services_.recorder.worker();
  if (job_end.status == JobStatus::canceled) {
    ran.job.canceled_by = job_.created_by;
    ran.job.canceled_reason = why_;
  }
  if (!trigger_path_.empty()) came_by_route(ran.job, trigger_path_);
  add_report(job_end, report);
  tell_error_handler(ran.job, job_end);
  if (!may_be_kept() || !services_.recorder.wants(job_end.status)) return;
  ran.args = std::move(job_.args);
  ran.end = std::move(job_end);
  services_.recorder.add(std::move(ran));
}

void SyncRun::tell_error_handler(const JobRecord& job, const JobEnd& end) const {
  const auto told = error_handler_job(job, end, services_.workspaces, services_.log);
  if (!told) return;
  // Where the store fails, it has been logged.
  (void)services_.jobs.ask([&](JobStore& store) { return store.add(*told, now_ms()); });
  services_.jobs.tell_added();
}

}  // namespace

void run_and_wait(std::unique_ptr<Exchange> exchange, const RunOrder& order, const Services& services,
                  TimePoint arrived) {
  const auto answer_now = [&](Response response, const AnswerNotes& notes) {
    services.counts.count_request(order.counted_as, response.status);
    answer_and_log(*exchange, std::move(response), notes, arrived, services.log);
  };
  auto place = services.in_flight.enter(exchange->request().remote_address);
  if (!place) return answer_now(caller_busy_response(services.settings), {order.origins});
  const std::string job_id = new_job_id();
  Admission admission(*exchange, order, services);
  auto admitted = admission.admit(job_id);
  if (auto* refusal = std::get_if<Response>(&admitted))
    return answer_now(std::move(*refusal), admission.notes());
  std::unique_ptr<AcceptedDelivery> delivery;
  if (auto once = admission.once_only()) {
    auto accepted = accept_once(std::move(*once), job_id, services);
    if (auto* repeated = std::get_if<Repeated>(&accepted)) {
      AnswerNotes notes = admission.notes();
      notes.job_id = std::move(repeated->job_id);
      return answer_now(std::move(repeated->response), notes);
    }
    delivery = std::move(std::get<std::unique_ptr<AcceptedDelivery>>(accepted));
  }
  services.line.join(std::make_unique<SyncRun>(std::move(exchange), std::move(*place),
                                               std::get<Job>(std::move(admitted)), std::move(delivery), order,
                                               admission.workspace(), services, arrived));
}

}  // namespace towermill
