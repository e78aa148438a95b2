#include "handler/api/run_async.h"

#include <fmt/format.h>

#include <utility>
#include <variant>

#include "handler/api/accepted_once.h"
#include "handler/api/answer.h"
#include "handler/api/busy.h"
#include "handler/jobs/asked_job.h"
#include "handler/jobs/job.h"
#include "handler/reply/errors.h"

namespace towermill {

namespace {

Response id_response(const std::string& job_id) {
  return {201, {{"Content-Type", "text/plain; charset=utf-8"}}, job_id};
}

/// One request for a job, until it is kept.
class AsyncRun {
 public:
  AsyncRun(Exchange& exchange, RunOrder order, const Services& services)
      : services_(services),
        now_(now_ms()),
        asked_(read(exchange.request(), order)),
        job_id_(asked_ && !asked_->id.empty() ? asked_->id : new_job_id()),
        order_(checking(std::move(order))),
        admission_(exchange, order_, services_) {}

  Response response() {
    auto admitted = admission_.admit(job_id_);
    notes_ = admission_.notes();
    if (auto* refusal = std::get_if<Response>(&admitted)) return std::move(*refusal);
    const Job& job = std::get<Job>(admitted);
    if (job.files)
      return error_response(ServerError::bad_request,
                            "files can be sent to run_wait_result alone, not to a job that runs later");
    services_.versions.keep(admission_.workspace(), *job.script);
    return keep(job);
  }
  const AnswerNotes& notes() const { return notes_; }

 private:
  Result<AskedJob> read(const Request& request, const RunOrder& order) const {
    if (order.query_wishes == QueryWishes::ignored) return AskedJob{};
    const auto query = Query::parse(request.query);
    if (!query) return query.error();
    return asked_job_in(*query, now_);
  }

  /// What is wrong with the query is told to who may call, before the body is read.
  RunOrder checking(RunOrder order) const {
    order.asked = [this, asked = std::move(order.asked)](const Query& query) -> Result<ArgsAsked> {
      if (!asked_) return asked_.error();
      return asked(query);
    };
    return order;
  }

  Response keep(const Job& job) {
    NewJob added{.job = record_of(job, *asked_, now_), .args = job.args, .queue_limit = asked_->queue_limit};
    if (order_.route) came_by_route(added.job, order_.route->trigger_path);
    if (auto once = admission_.once_only())
      added.delivery = NewDelivery{std::move(once->key), id_response(job.id)};
    auto outcome = services_.jobs.ask([&](JobStore& store) { return store.add(added, now_); });
    if (!outcome) return jobs_unavailable(outcome.error());
    if (std::holds_alternative<Added>(*outcome)) {
      services_.jobs.tell_added();
      return id_response(job.id);
    }
    return not_added(std::move(*outcome));
  }

  Response not_added(AddOutcome outcome) {
    if (auto* claim = std::get_if<Deliveries::Claim>(&outcome)) return of_another(std::move(*claim));
    if (const auto* full = std::get_if<QueueFull>(&outcome))
      return error_response(ServerError::busy, fmt::format("Number of queued job is too high: {} > {}",
                                                           full->queued, *asked_->queue_limit));
    return error_response(ServerError::bad_request, "A job with this id already exists: " + job_id_);
  }

  Response of_another(Deliveries::Claim claim) {
    Repeated repeated = repeated_as(std::move(claim), admission_.once_only()->key, services_);
    notes_.job_id = std::move(repeated.job_id);
    return std::move(repeated.response);
  }

  const Services& services_;
  const Milliseconds now_;
  const Result<AskedJob> asked_;
  const std::string job_id_;
  const RunOrder order_;
  Admission admission_;
  AnswerNotes notes_;
};

}  // namespace

void run_later(std::unique_ptr<Exchange> exchange, const RunOrder& order, const Services& services,
               TimePoint arrived) {
  const auto answer = [&](Response response, const AnswerNotes& notes) {
    services.counts.count_request(order.counted_as, response.status);
    answer_and_log(*exchange, std::move(response), notes, arrived, services.log);
  };
  const auto place = services.in_flight.enter(exchange->request().remote_address);
  if (!place) return answer(caller_busy_response(services.settings), {order.origins});
  AsyncRun run(*exchange, order, services);
  Response response = run.response();
  answer(std::move(response), run.notes());
}

}  // namespace towermill
