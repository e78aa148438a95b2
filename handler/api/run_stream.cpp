#include "handler/api/run_stream.h"

#include <poll.h>

#include <exception>
#include <utility>
#include <variant>

#include "handler/api/answer.h"
#include "handler/api/busy.h"
#include "handler/jobs/job.h"
#include "handler/jobs/options.h"
#include "handler/jobs/run_log.h"
#include "handler/reply/job_result.h"
#include "runner/base/json_members.h"

namespace towermill {

namespace {

// So long may nothing be sent, as with Windmill: who is between here and the caller may close what is silent.
constexpr std::chrono::seconds longest_silence{5};

bool has_hung_up(int client_fd) {
  pollfd client{client_fd, POLLRDHUP, 0};
  return client_fd >= 0 && ::poll(&client, 1, 0) > 0;
}

JsonMembers event(std::string_view type) {
  JsonMembers json;
  json.text("type", type);
  return json;
}

/// One run that is heard while it lasts: in the line, in its process, in its events.
class StreamRun final : public Waiter {
 public:
  StreamRun(std::unique_ptr<Exchange> exchange, InFlight::Place place, Job job, const RunOrder& order,
            const Workspace& workspace, const Services& services, TimePoint arrived)
      : exchange_(std::move(exchange)),
        place_(std::move(place)),
        job_(std::move(job)),
        counted_as_(order.counted_as),
        notes_{order.origins, job_.id, job_.script->version()},
        workspace_(workspace),
        services_(services),
        arrived_(arrived) {}

  void go(double waited_ms) override;
  Claim claim() const override { return claim_of(job_); }
  int client_fd() const override { return exchange_->client_fd(); }
  void give_up(const NoTurn& no_turn) override;

 private:
  void answer(Response response);
  RunReport run();
  void begin();
  void send(JsonMembers event);
  void on_text(std::string_view text);
  void on_outcome(Outcome outcome);
  void note(const Outcome& outcome, std::string_view word);

  std::unique_ptr<Exchange> exchange_;
  const InFlight::Place place_;
  const Job job_;
  const Endpoint counted_as_;
  const AnswerNotes notes_;
  const Workspace& workspace_;
  const Services services_;
  const TimePoint arrived_;
  std::size_t streamed_bytes_ = 0, sent_bytes_ = 0;
  bool is_heard_ = true;
  RunEnd end_{.word = "none", .why = {}, .waited_ms = 0};
};

void StreamRun::answer(Response response) {
  services_.counts.count_request(counted_as_, response.status);
  answer_and_log(*exchange_, std::move(response), notes_, arrived_, services_.log);
}

void StreamRun::give_up(const NoTurn& no_turn) {
  try {
    answer(busy_response(no_turn, job_, services_.settings));
  } catch (const std::exception& error) {
    services_.log.error("refusal broken off", {{"job", job_.id}, {"why", error.what()}});
  }
}

/// What memory or the system denies costs this run, not the server.
void StreamRun::go(double waited_ms) {
  try {
    end_.waited_ms = waited_ms;
    RunReport report;
    if (waited_ms > 0 && has_hung_up(client_fd()))
      note(Cancelled{"http connection broke"}, "cancelled");
    else
      report = run();
    log_run(services_.log, services_.counts, job_, end_, report);
  } catch (const std::exception& error) {
    services_.log.error("run broken off", {{"job", job_.id}, {"why", error.what()}});
  }
}

RunReport StreamRun::run() {
  services_.versions.keep(workspace_, *job_.script);
  const Tokens::RunToken token(services_.tokens, job_.created_by, job_.workspace);
  const RunSpec spec = make_run_spec(job_, workspace_.root(), services_.environment, token.text());
  const Interrupts interrupts{.client_fd = client_fd(), .stop_fd = services_.stop_fd};
  const Meanwhile meanwhile{.on_text = [this](std::string_view text) { on_text(text); },
                            .on_silence = [this] { send(event("ping")); },
                            .longest_silence = longest_silence};
  begin();
  return services_.runner.run(
      spec, *job_.script->language, interrupts, [this](Outcome outcome) { on_outcome(std::move(outcome)); },
      &meanwhile);
}

void StreamRun::begin() {
  services_.counts.count_request(counted_as_, 200);
  is_heard_ = begin_answer(
      *exchange_,
      {200,
       {{"Content-Type", "text/event-stream"}, {"Cache-Control", "no-cache"}, {"X-Accel-Buffering", "no"}},
       ""},
      notes_);
}

void StreamRun::send(JsonMembers event) {
  if (!is_heard_) return;
  const std::string line = "data: " + std::move(event).object() + "\n\n";
  sent_bytes_ += line.size();
  is_heard_ = exchange_->send(line);
}

void StreamRun::on_text(std::string_view text) {
  streamed_bytes_ += text.size();
  JsonMembers update = event("update");
  update.text("new_result_stream", text);
  update.number("stream_offset", static_cast<std::int64_t>(streamed_bytes_));
  send(std::move(update));
}

void StreamRun::note(const Outcome& outcome, std::string_view word) {
  log_not_started(services_.log, job_, outcome);
  end_.why = why_of(outcome);
  end_.word = word;
}

/// A run that was too late ends its stream in Windmill's way.
void StreamRun::on_outcome(Outcome outcome) {
  const bool is_late = std::holds_alternative<TimedOut>(outcome);
  const Outcome known = outcome;
  JobResult result = job_result(std::move(outcome), reply_options(services_.settings, job_.limits));
  note(known, result.word);
  JsonMembers last = event(is_late ? "timeout" : "update");
  if (!is_late) last.flag("completed", true).add("only_result", result.json);
  send(std::move(last));
  exchange_->end();
  log_answer(*exchange_, {.status = 200, .bytes = sent_bytes_, .sent = is_heard_}, notes_, arrived_,
             services_.log);
}

}  // namespace

void run_and_stream(std::unique_ptr<Exchange> exchange, const RunOrder& order, const Services& services,
                    TimePoint arrived) {
  const auto refuse = [&](Response refusal, const AnswerNotes& notes) {
    services.counts.count_request(order.counted_as, refusal.status);
    answer_and_log(*exchange, std::move(refusal), notes, arrived, services.log);
  };
  auto place = services.in_flight.enter(exchange->request().remote_address);
  if (!place) return refuse(caller_busy_response(services.settings), {order.origins});
  Admission admission(*exchange, order, services);
  auto admitted = admission.admit(new_job_id());
  if (auto* refusal = std::get_if<Response>(&admitted)) return refuse(std::move(*refusal), admission.notes());
  services.line.join(std::make_unique<StreamRun>(std::move(exchange), std::move(*place),
                                                 std::get<Job>(std::move(admitted)), order,
                                                 admission.workspace(), services, arrived));
}

}  // namespace towermill
