#pragma once
// What a request is to run, and everything about it that can be refused before anything runs.

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>

#include "handler/api/accepted_once.h"
#include "handler/api/answer.h"
#include "handler/api/caller.h"
#include "handler/api/router.h"
#include "handler/api/services.h"
#include "handler/args/asked.h"
#include "handler/args/event.h"
#include "handler/http/address.h"
#include "handler/http/exchange.h"
#include "handler/jobs/job.h"
#include "handler/jobs/job_args.h"
#include "handler/workspace/authentication.h"

namespace towermill {

enum class Repeats { told, run };            // of what can be told from all else
enum class QueryWishes { heeded, ignored };  // ?timeout=5, ?job_id=…: what of the query speaks to the server

/// Which script a request is to run, and how.
struct RunOrder {
  std::string workspace;
  RunnableBy by = RunnableBy::path;
  std::string name;                                                 // the path, or the version
  Authentication authentication = {};                               // who may
  std::optional<std::vector<AddressRange>> allowed_addresses = {};  // of who may; nullopt: all
  std::string unsupported = {};  // why it cannot be run, whoever calls; empty: it can
  std::function<Result<ArgsAsked>(const Query&)> asked = asked_in;  // what becomes args; error: a 400
  QueryWishes query_wishes = QueryWishes::heeded;
  std::optional<RouteOfEvent> route = {};  // what a preprocessor is told of it; nullopt: a webhook
  Repeats repeats = Repeats::told;
  Endpoint counted_as = Endpoint::run;
  Texts origins;  // whose pages may read the answer
};

/// Of a RunRoute, a RunWaitResultRoute or a RunAndStreamRoute.
template <class Route>
RunOrder order_of(const Route& route, const Services& services) {
  return {.workspace = route.workspace,
          .by = route.by,
          .name = route.name,
          .origins = services.settings.allowed_origins};
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
  /// Of the admitted request: nullopt where nothing tells it from another, neither what is signed of it nor
  /// an Idempotency-Key.
  std::optional<OnceOnly> once_only() const;
  /// Nothing for a stranger; no version where no script was found.
  const AnswerNotes& notes() const { return notes_; }

 private:
  std::optional<Response> refuse_version(const Script* script, const Caller& caller) const;
  std::optional<Response> refuse_tag(const Script& script, const Query& query, const Caller& caller) const;
  std::string token_of(const Query& query) const;
  std::variant<std::shared_ptr<const Script>, Response> find_script(const std::string& job_id);
  std::variant<JobArgs, Response> read_args(const Script& script, const Query& query, Admitted caller);
  std::optional<Response> refuse_key() const;
  void note_key(const Script& script, const std::string& holder, const Body& body);
  std::variant<Limits, Response> limits(const Script& script, const Query& query) const;
  Response unusable(const std::string& reason, const std::string& details, const std::string& job_id) const;

  Exchange& exchange_;
  const Request& request_;
  const RunOrder& order_;
  const Services& services_;
  const Workspace* workspace_ = nullptr;
  AnswerNotes notes_;
  std::optional<Delivery> delivery_;
  std::optional<OnceOnly> keyed_;
};

}  // namespace towermill
