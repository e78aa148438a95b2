#include "handler/api/job_answer.h"

#include <fmt/format.h>

#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "handler/api/answer.h"
#include "handler/api/by_token.h"
#include "handler/api/job_cancel.h"
#include "handler/api/job_list.h"
#include "handler/api/job_question.h"
#include "handler/api/job_read.h"
#include "handler/api/job_update.h"
#include "handler/jobs/asked_job.h"
#include "handler/reply/errors.h"

namespace towermill {

namespace {

constexpr std::size_t longest_body_bytes = 64 * 1024;

class SmallBody final : public BodySink {
 public:
  BodyLimit limit() const override {
    return {longest_body_bytes, fmt::format("{} bytes", longest_body_bytes)};
  }
  std::optional<Response> take(std::string_view bytes) override {
    text_ += bytes;
    return std::nullopt;
  }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

Permission wanted_for(JobDeed deed, Door door) {
  switch (deed) {
    case JobDeed::cancel:
    case JobDeed::force_cancel:
    case JobDeed::cancel_persistent:
      return Permission::cancel_jobs;
    case JobDeed::cancel_selection:
    case JobDeed::wipe:
      return Permission::write_jobs;
    default:
      return door == Door::all ? Permission::read_results : Permission::read_jobs;
  }
}

/// Who calls. The response: who calls may not ask.
std::variant<Viewer, Response> viewer_of(const Request& request, const Query& query, const JobRoute& route,
                                         const Services& services) {
  auto met = meet(request, query, services, route.workspace);
  if (auto* refusal = std::get_if<Response>(&met)) {
    if (route.door == Door::known || refusal->status != 401) return std::move(*refusal);
    return Viewer{anonymous_name, false};
  }
  Caller& caller = std::get<Caller>(met);
  if (auto refusal = refuse_without(wanted_for(route.deed, route.door), caller)) return std::move(*refusal);
  Viewer viewer{caller.name};
  if (!missing_scope(caller.scopes, Permission::read_jobs).empty()) viewer.runs = std::move(caller.scopes);
  return viewer;
}

Cancel cancel_by(const JobQuestion& question, Jobs& jobs) {
  return [&](const CancelOrder& order) {
    auto outcome = question.store.cancel(order);
    // One that was taken from who runs it is to end there too.
    if (outcome && (*outcome == CancelOutcome::asked || order.force == CancelForce::take))
      jobs.tell_canceled(order.job_id);
    return outcome;
  };
}

JobAnswer told(JobDeed deed, const JobQuestion& question) {
  switch (deed) {
    case JobDeed::get:
      return get_job(question);
    case JobDeed::get_completed:
      return get_completed_job(question);
    case JobDeed::get_result:
      return get_result(question);
    case JobDeed::get_result_maybe:
      return get_result_maybe(question);
    case JobDeed::get_timing:
      return get_timing(question);
    case JobDeed::get_logs:
      return get_logs(question);
    case JobDeed::get_logs_tail:
      return get_logs_tail(question);
    case JobDeed::get_args:
      return get_args(question);
    case JobDeed::get_root_job_id:
      return get_root_job_id(question);
    case JobDeed::get_update:
      return get_update(question);
    case JobDeed::list:
      return list_jobs(question, Listing::all);
    case JobDeed::list_queue:
      return list_jobs(question, Listing::queue);
    case JobDeed::list_completed:
      return list_jobs(question, Listing::completed);
    case JobDeed::count_queue:
      return count_queue(question);
    case JobDeed::count_completed:
      return count_completed(question);
    case JobDeed::count_jobs:
      return count_jobs(question);
    case JobDeed::queue_position:
      return queue_position(question);
    default:
      return get_scheduled_for(question);
  }
}

JobAnswer done(JobDeed deed, const JobQuestion& question, Jobs& jobs) {
  switch (deed) {
    case JobDeed::cancel:
      return cancel_job(question, CancelForce::ask, cancel_by(question, jobs));
    case JobDeed::force_cancel:
      return cancel_job(question, CancelForce::take, cancel_by(question, jobs));
    case JobDeed::cancel_persistent:
      return cancel_persistent(question, cancel_by(question, jobs));
    case JobDeed::cancel_selection:
      return cancel_selection(question, cancel_by(question, jobs));
    case JobDeed::wipe:
      return wipe_job(question);
    default:
      return told(deed, question);
  }
}

Response response_to(Exchange& exchange, const JobRoute& route, const Services& services) {
  const Request& request = exchange.request();
  const auto query = Query::parse(request.query);
  if (!query) return error_response(ServerError::bad_request, query.error().message);
  const auto viewer = viewer_of(request, *query, route, services);
  if (const auto* refusal = std::get_if<Response>(&viewer)) return *refusal;
  SmallBody body;
  if (request.method == "POST")
    if (auto refusal = exchange.read_body(body)) return std::move(*refusal);
  auto answer = services.jobs.ask([&](JobStore& store) {
    return done(route.deed,
                {.store = store,
                 .viewer = std::get<Viewer>(viewer),
                 .workspace = route.workspace,
                 .what = route.what,
                 .query = *query,
                 .body = body.text(),
                 .now = now_ms()},
                services.jobs);
  });
  return answer ? std::move(*answer) : jobs_unavailable(answer.error());
}

}  // namespace

void answer_about_jobs(std::unique_ptr<Exchange> exchange, const JobRoute& route, const Services& services,
                       TimePoint arrived) {
  Response response = response_to(*exchange, route, services);
  services.counts.count_request(Endpoint::jobs, response.status);
  answer_and_log(*exchange, std::move(response), {services.settings.allowed_origins}, arrived, services.log);
}

}  // namespace towermill
