#include "handler/api/admission.h"

#include <fmt/format.h>

#include <utility>

#include "handler/api/by_token.h"
#include "handler/api/key_holder.h"
#include "handler/args/fingerprint.h"
#include "handler/auth/presented.h"
#include "handler/jobs/options.h"
#include "handler/reply/errors.h"
#include "handler/workspace/limits.h"
#include "runner/base/crypto.h"
#include "runner/base/text.h"

namespace towermill {

namespace {

constexpr std::string_view key_header = "idempotency-key";
constexpr std::size_t longest_key_bytes = 255;

}  // namespace

std::variant<Job, Response> Admission::admit(const std::string& job_id) {
  const auto query = Query::parse(request_.query);
  if (!query) return error_response(ServerError::bad_request, query.error().message);
  auto known = find_caller(exchange_, order_, *query, services_);
  if (auto* refusal = std::get_if<Response>(&known)) return std::move(*refusal);
  auto& admitted = std::get<Admitted>(known);
  delivery_ = std::move(admitted.granted.delivery);
  if (!order_.unsupported.empty()) return error_response(ServerError::not_implemented, order_.unsupported);
  notes_.job_id = job_id;
  if (auto refusal = refuse_key()) return std::move(*refusal);

  auto found = find_script(job_id);
  const auto* script_found = std::get_if<std::shared_ptr<const Script>>(&found);
  const Script* seen = script_found != nullptr ? script_found->get() : nullptr;
  if (auto refusal = refuse_version(seen, admitted.caller)) return std::move(*refusal);
  if (auto* refusal = std::get_if<Response>(&found)) return std::move(*refusal);
  const auto& script = *script_found;
  if (auto refusal = refuse_tag(*script, *query, admitted.caller)) return std::move(*refusal);
  notes_.version = script->version();
  auto allowed = limits(*script, *query);
  if (auto* refusal = std::get_if<Response>(&allowed)) return std::move(*refusal);
  if (request_.method == "HEAD") {
    services_.versions.told_of(*workspace_, *script);
    return text_response(200, "");
  }
  const std::string caller = admitted.caller.name;
  auto given = read_args(*script, *query, std::move(admitted));
  if (auto* refusal = std::get_if<Response>(&given)) return std::move(*refusal);
  auto& [args, preprocess] = std::get<JobArgs>(given);
  return Job{job_id,
             order_.workspace,
             script,
             std::move(args.text),
             std::get<Limits>(allowed),
             std::move(args.files),
             preprocess,
             caller};
}

std::variant<JobArgs, Response> Admission::read_args(const Script& script, const Query& query,
                                                     Admitted caller) {
  auto asked = order_.asked(query);
  if (!asked) return error_response(ServerError::bad_request, asked.error().message);
  asked->token = token_of(query);
  const ArgsOptions options =
      args_options(services_.settings, services_.jobs_dir, services_.uploads, services_.log);
  if (!caller.body) {
    auto body = receive_body(exchange_, *asked, Bytes::as_needed, options);
    if (auto* refusal = std::get_if<Response>(&body)) return std::move(*refusal);
    caller.body = std::get<Body>(std::move(body));
  }
  const Interface& interface = *services_.interfaces.of(script);
  HeadersGiven given{interface.preprocessor && asked->preprocess == Preprocess::yes, options.include_headers};
  given.names.insert(given.names.end(), asked->include_header.begin(), asked->include_header.end());
  note_key(script, holder_of_key(request_, caller, given), *caller.body);
  if (caller.granted.headers.empty())
    return make_job_args(script, interface, {request_, query, *asked, options, order_.route},
                         std::move(*caller.body));
  const Request shown = shown_to_scripts(request_, caller.granted);
  return make_job_args(script, interface, {shown, query, *asked, options, order_.route},
                       std::move(*caller.body));
}

std::optional<Response> Admission::refuse_key() const {
  const std::string_view key = request_.header(key_header);
  if (key.size() <= longest_key_bytes && printable(key) == key) return std::nullopt;
  return error_response(
      ServerError::bad_request,
      fmt::format("Idempotency-Key must be printable text of up to {} bytes", longest_key_bytes));
}

/// A key is of one caller and script, and tells a request from all others with that path, query and body.
void Admission::note_key(const Script& script, const std::string& holder, const Body& body) {
  const std::string_view key = request_.header(key_header);
  if (key.empty() || order_.repeats == Repeats::run) return;
  const std::string& path = order_.route ? order_.route->trigger_path : script.path;
  keyed_ = OnceOnly{{order_.workspace + "/" + path, std::string(key_header),
                     sha256_hex(holder + "\n" + std::string(key)), fingerprint_of(request_, body)},
                    // A sender to a route is told of a failure so that it tries again.
                    order_.route ? AfterFailure::another_run : AfterFailure::first_answer};
}

std::optional<OnceOnly> Admission::once_only() const {
  if (order_.repeats == Repeats::run) return std::nullopt;
  if (!delivery_) return keyed_;
  const std::string& route = order_.route ? order_.route->trigger_path : order_.name;
  return OnceOnly{{order_.workspace + "/" + route, delivery_->scheme, delivery_->name}};
}

/// What let the caller in: no script is to see it.
std::string Admission::token_of(const Query& query) const {
  const bool by_token = order_.authentication.method == AuthenticationMethod::windmill;
  return by_token ? presented_token(request_, query, services_.settings.base_url) : "";
}

/// A version that is not there, and one of a path that the token may not run, are the same to who may not run
/// all.
std::optional<Response> Admission::refuse_version(const Script* script, const Caller& caller) const {
  if (order_.by != RunnableBy::version) return std::nullopt;
  if (script != nullptr && !refuse_without(Permission::run_script, caller, script->path)) return std::nullopt;
  return refuse_without(Permission::run_script, caller);
}

/// The script's own, and the one that the caller asks for.
std::optional<Response> Admission::refuse_tag(const Script& script, const Query& query,
                                              const Caller& caller) const {
  if (order_.authentication.method != AuthenticationMethod::windmill) return std::nullopt;
  const std::string own = script.meta.tag.empty() ? std::string(script.language->name()) : script.meta.tag;
  const std::string asked(query.get("tag").value_or(""));
  for (const std::string& tag : {own, asked.empty() ? own : asked})
    if (!caller.scopes.allow_tag(tag))
      return error_response(ServerError::permission_denied,
                            "the token's if_jobs:filter_tags has no tag " + printable(tag));
  return std::nullopt;
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
  if (order_.query_wishes == QueryWishes::ignored) return effective_limits(services_.settings, script).limits;
  const auto timeout = query.integer("timeout");
  if (!timeout) return error_response(ServerError::bad_request, timeout.error().message);
  return effective_limits(services_.settings, script, *timeout).limits;
}

Response Admission::unusable(const std::string& reason, const std::string& details,
                             const std::string& job_id) const {
  services_.log.error("script cannot be served", {{"job", job_id}, {"path", order_.name}, {"why", details}});
  return error_response(ServerError::internal, reason);
}

}  // namespace towermill
