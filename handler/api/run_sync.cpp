#include "handler/api/run_sync.h"

#include <fmt/format.h>
#include <poll.h>

#include <exception>
#include <utility>
#include <variant>

#include "handler/api/answer.h"
#include "handler/auth/access.h"
#include "handler/jobs/job.h"
#include "handler/jobs/job_args.h"
#include "handler/jobs/options.h"
#include "handler/reply/errors.h"
#include "handler/reply/reply.h"
#include "handler/workspace/limits.h"

namespace towermill {

namespace {

bool has_hung_up(int client_fd) {
  pollfd client{client_fd, POLLRDHUP, 0};
  return client_fd >= 0 && ::poll(&client, 1, 0) > 0;
}

const Outcome client_has_gone = Cancelled{"http connection broke"};

/// What the log says of an outcome that is no result. Not a failure's message: args may be in it.
std::string why(const Outcome& outcome) {
  if (const auto* failed = std::get_if<Failed>(&outcome)) return failed->name;
  if (const auto* cancelled = std::get_if<Cancelled>(&outcome)) return cancelled->reason;
  return {};
}

/// One synchronous run: in the line, in its process, in its answer.
class SyncRun final : public Waiter {
 public:
  SyncRun(std::unique_ptr<Exchange> exchange, Job job, const RunOrder& order, const Workspace& workspace,
          const Services& services, TimePoint arrived)
      : exchange_(std::move(exchange)),
        job_(std::move(job)),
        counted_as_(order.counted_as),
        notes_{order.origins, job_.id, job_.script->version()},
        workspace_(workspace),
        services_(services),
        arrived_(arrived) {}

  void go(double waited_ms) override;
  Claim claim() const override;
  int client_fd() const override { return exchange_->client_fd(); }
  void give_up(Refusal why, Hindrance hindrance) override;

 private:
  std::string limit(Hindrance hindrance) const;
  std::string sentence(Refusal why, Hindrance hindrance) const;
  void answer(Response response) {
    services_.counts.count_request(counted_as_, response.status);
    answer_and_log(*exchange_, std::move(response), notes_, arrived_, services_.log);
  }
  void run(double waited_ms);
  void on_outcome(Outcome outcome);
  void log_run(const RunReport& report, double waited_ms) const;

  std::unique_ptr<Exchange> exchange_;
  Job job_;
  const Endpoint counted_as_;
  const AnswerNotes notes_;
  const Workspace& workspace_;
  const Services services_;
  TimePoint arrived_;
  std::string_view outcome_word_ = "none";
  std::string why_;
};

Claim SyncRun::claim() const {
  const ScriptMeta& meta = job_.script->meta;
  return {.workspace = job_.workspace,
          .script = job_.script->path,
          .concurrent_limit = static_cast<std::size_t>(meta.concurrent_limit),
          .window = std::chrono::seconds(meta.concurrency_time_window_s)};
}

std::string SyncRun::limit(Hindrance hindrance) const {
  const Settings& settings = services_.settings;
  const ScriptMeta& meta = job_.script->meta;
  switch (hindrance) {
    case Hindrance::workspace_runs_at_once:
      return fmt::format("workspace_runs_at_once {}", settings.workspace_runs_at_once);
    case Hindrance::concurrent_limit:
      if (meta.concurrency_time_window_s == 0)
        return fmt::format("the script's concurrent_limit {}", meta.concurrent_limit);
      return fmt::format("the script's concurrent_limit {} in concurrency_time_window_s {}",
                         meta.concurrent_limit, meta.concurrency_time_window_s);
    default:
      return fmt::format("runs_at_once {}", settings.runs_at_once);
  }
}

std::string SyncRun::sentence(Refusal why, Hindrance hindrance) const {
  const Settings& settings = services_.settings;
  switch (why) {
    case Refusal::no_room:
      return fmt::format("the waiting line is full, waiting_limit {}; it waits for {}",
                         settings.waiting_limit, limit(hindrance));
    case Refusal::too_late:
      return fmt::format("the request waited longer than waiting_ms {} for {}", settings.waiting_ms,
                         limit(hindrance));
    default:
      return "the server is stopping";
  }
}

void SyncRun::give_up(Refusal why, Hindrance hindrance) {
  try {
    if (why == Refusal::left) return on_outcome(client_has_gone);
    answer(error_response(ServerError::busy, sentence(why, hindrance)));
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
      return log_run({}, waited_ms);
    }
    run(waited_ms);
  } catch (const std::exception& error) {
    services_.log.error("run broken off", {{"job", job_.id}, {"why", error.what()}});
  }
}

void SyncRun::run(double waited_ms) {
  services_.versions.keep(workspace_, *job_.script);
  const Tokens::RunToken token(services_.tokens);
  const RunSpec spec = make_run_spec(job_, workspace_.root(), services_.environment, token.text());
  const Interrupts interrupts{.client_fd = exchange_->client_fd(), .stop_fd = services_.stop_fd};
  const RunReport report = services_.runner.run(spec, *job_.script->language, interrupts,
                                                [this](Outcome outcome) { on_outcome(std::move(outcome)); });
  log_run(report, waited_ms);
}

void SyncRun::on_outcome(Outcome outcome) {
  if (const auto* not_started = std::get_if<NotStarted>(&outcome))
    services_.log.error("not started",
                        {{"job", job_.id}, {"path", job_.script->path}, {"why", not_started->details}});
  why_ = why(outcome);
  Reply reply = reply_to(std::move(outcome), reply_options(services_.settings, job_.limits));
  outcome_word_ = reply.word;
  answer(std::move(reply.response));
}

void SyncRun::log_run(const RunReport& report, double waited_ms) const {
  services_.counts.count_run(job_.workspace, outcome_word_, report, waited_ms);
  const std::string version = job_.script->version();
  services_.log.info("run", {{"job", job_.id},
                             {"workspace", job_.workspace},
                             {"path", job_.script->path},
                             {"version", version},
                             {"outcome", outcome_word_},
                             {"why", why_},
                             {"exit", std::int64_t{report.exit.code}},
                             {"signal", std::int64_t{report.exit.signal}},
                             {"way", way_word(report)},
                             {"waited_ms", waited_ms},
                             {"start_ms", report.start_ms},
                             {"answer_ms", report.until_outcome_ms},
                             {"run_ms", report.run_ms},
                             {"killed", report.killed ? "yes" : "no"}});
  if (!report.log.empty()) services_.log.script_log(job_.id, job_.script->path, report.log);
}

/// Everything about a run that can be refused before there is one.
class Admission {
 public:
  Admission(Exchange& exchange, const RunOrder& order, const Services& services)
      : exchange_(exchange),
        request_(exchange.request()),
        order_(order),
        services_(services),
        notes_{order.origins} {}

  /// The job, or the response that refuses it.
  std::variant<Job, Response> admit(const std::string& job_id);
  const Workspace& workspace() const { return *workspace_; }
  /// Nothing for a stranger; no version where no script was found.
  const AnswerNotes& notes() const { return notes_; }

 private:
  std::optional<Response> refuse_stranger(const Query& query) const;
  std::string token_of(const Query& query) const;
  std::variant<std::shared_ptr<const Script>, Response> find_script(const std::string& job_id);
  std::variant<JobArgs, Response> read_args(const Script& script, const Query& query) const;
  std::variant<Limits, Response> limits(const Script& script, const Query& query) const;
  Response unusable(const std::string& reason, const std::string& details, const std::string& job_id) const;

  Exchange& exchange_;
  const Request& request_;
  const RunOrder& order_;
  const Services& services_;
  const Workspace* workspace_ = nullptr;
  AnswerNotes notes_;
};

std::variant<Job, Response> Admission::admit(const std::string& job_id) {
  const auto query = Query::parse(request_.query);
  if (!query) return error_response(ServerError::bad_request, query.error().message);
  if (auto refusal = refuse_stranger(*query)) return std::move(*refusal);
  if (!order_.unsupported.empty()) return error_response(ServerError::not_implemented, order_.unsupported);
  notes_.job_id = job_id;

  auto found = find_script(job_id);
  if (auto* refusal = std::get_if<Response>(&found)) return std::move(*refusal);
  const auto& script = std::get<std::shared_ptr<const Script>>(found);
  notes_.version = script->version();
  auto allowed = limits(*script, *query);
  if (auto* refusal = std::get_if<Response>(&allowed)) return std::move(*refusal);
  if (request_.method == "HEAD") {
    services_.versions.told_of(*workspace_, *script);
    return text_response(200, "");
  }
  auto given = read_args(*script, *query);
  if (auto* refusal = std::get_if<Response>(&given)) return std::move(*refusal);
  auto& [args, preprocess] = std::get<JobArgs>(given);
  return Job{job_id,
             order_.workspace,
             script,
             std::move(args.text),
             std::get<Limits>(allowed),
             std::move(args.files),
             preprocess};
}

std::variant<JobArgs, Response> Admission::read_args(const Script& script, const Query& query) const {
  const auto asked = order_.asked(query);
  if (!asked) return error_response(ServerError::bad_request, asked.error().message);
  const ArgsOptions options = args_options(services_.settings, services_.jobs_dir, services_.log);
  auto body = receive_body(exchange_, *asked, Bytes::as_needed, options);
  if (auto* refusal = std::get_if<Response>(&body)) return std::move(*refusal);
  return make_job_args(script, *services_.interfaces.of(script),
                       {request_, query, *asked, options, {token_of(query), order_.route}},
                       std::get<Body>(std::move(body)));
}

/// What let the caller in: no script is to see it.
std::string Admission::token_of(const Query& query) const {
  const bool by_token = order_.authentication.method == AuthenticationMethod::windmill;
  return by_token ? presented_token(request_, query) : "";
}

std::optional<Response> Admission::refuse_stranger(const Query& query) const {
  switch (access_of(order_.authentication, request_, query, services_.tokens)) {
    case Access::granted:
      return std::nullopt;
    case Access::denied:
      return error_response(ServerError::unauthorized);
    default:
      return error_response(ServerError::not_implemented,
                            unsupported_authentication(order_.authentication.method));
  }
}

std::variant<std::shared_ptr<const Script>, Response> Admission::find_script(const std::string& job_id) {
  const auto found = services_.workspaces.find(order_.workspace);
  if (found == services_.workspaces.end()) return error_response(ServerError::script_not_found, order_.name);
  workspace_ = &found->second;
  auto lookup = order_.by == RunnableBy::path ? workspace_->find(order_.name)
                                              : services_.versions.find(*workspace_, order_.name);
  if (auto* script = std::get_if<std::shared_ptr<const Script>>(&lookup)) return std::move(*script);
  if (const auto* broken = std::get_if<Unusable>(&lookup))
    return unusable(broken->reason, broken->details, job_id);
  return error_response(ServerError::script_not_found, order_.name);
}

std::variant<Limits, Response> Admission::limits(const Script& script, const Query& query) const {
  if (order_.query_timeout == QueryTimeout::ignored)
    return effective_limits(services_.settings, script).limits;
  const auto timeout = query.integer("timeout");
  if (!timeout) return error_response(ServerError::bad_request, timeout.error().message);
  return effective_limits(services_.settings, script, *timeout).limits;
}

Response Admission::unusable(const std::string& reason, const std::string& details,
                             const std::string& job_id) const {
  services_.log.error("script cannot be served", {{"job", job_id}, {"path", order_.name}, {"why", details}});
  return error_response(ServerError::internal, reason);
}

}  // namespace

RunOrder order_of(const RunWaitResultRoute& route, const Services& services) {
  return {.workspace = route.workspace,
          .by = route.by,
          .name = route.name,
          .origins = services.settings.allowed_origins};
}

void run_and_wait(std::unique_ptr<Exchange> exchange, const RunOrder& order, const Services& services,
                  TimePoint arrived) {
  const std::string job_id = new_job_id();
  Admission admission(*exchange, order, services);
  auto admitted = admission.admit(job_id);
  if (auto* refusal = std::get_if<Response>(&admitted)) {
    services.counts.count_request(order.counted_as, refusal->status);
    answer_and_log(*exchange, std::move(*refusal), admission.notes(), arrived, services.log);
    return;
  }
  services.line.join(std::make_unique<SyncRun>(std::move(exchange), std::get<Job>(std::move(admitted)), order,
                                               admission.workspace(), services, arrived));
}

}  // namespace towermill
