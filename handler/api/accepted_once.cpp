#include "handler/api/accepted_once.h"

#include <chrono>
#include <exception>
#include <utility>

#include "handler/reply/errors.h"

namespace towermill {

namespace {

Milliseconds now_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

}  // namespace

AcceptedDelivery::~AcceptedDelivery() {
  if (!settled_) release();
}

void AcceptedDelivery::release() {
  settled_ = true;
  try {
    const auto released =
        services_.jobs.ask([&](JobStore& store) { return store.deliveries().release(key_, job_id_); });
    if (!released)
      services_.log.error("delivery not released", {{"job", job_id_}, {"why", released.error().message}});
  } catch (const std::exception& error) {
    services_.log.error("delivery not released", {{"job", job_id_}, {"why", error.what()}});
  }
}

bool AcceptedDelivery::is_done(std::string_view word, const Response& response) const {
  if (after_failure_ == AfterFailure::first_answer) return word == "success" || word == "failure";
  return word == "success" && response.status < 500;
}

void AcceptedDelivery::settle(std::string_view word, const Response& response) {
  if (!is_done(word, response)) return release();
  const auto kept = services_.jobs.ask([&](JobStore& store) {
    return store.deliveries().done(key_, job_id_, response, now_ms(),
                                   services_.settings.delivery_answer_bytes);
  });
  settled_ = kept.ok();
  // It has run, so it is answered: what a refusal would bring is a second run for certain.
  if (!kept) services_.log.error("delivery not kept", {{"job", job_id_}, {"why", kept.error().message}});
}

Repeated repeated_as(Deliveries::Claim claim, const DeliveryKey& key, const Services& services) {
  if (std::holds_alternative<Deliveries::NameUsed>(claim)) return {error_response(ServerError::key_used)};
  if (auto* running = std::get_if<Deliveries::InFlight>(&claim)) {
    const bool is_by_key = !key.fingerprint.empty();
    return {error_response(is_by_key ? ServerError::key_in_flight : ServerError::delivery_in_flight),
            std::move(running->job_id)};
  }
  auto& done = std::get<Deliveries::Done>(claim);
  services.log.info("delivery repeated", {{"job", done.job_id}, {"path", key.route}});
  return {std::move(done.response), std::move(done.job_id)};
}

std::variant<std::unique_ptr<AcceptedDelivery>, Repeated> accept_once(OnceOnly once,
                                                                      const std::string& job_id,
                                                                      const Services& services) {
  auto claim = services.jobs.ask(
      [&](JobStore& store) { return store.deliveries().claim(once.key, job_id, now_ms()); });
  if (!claim) return Repeated{jobs_unavailable(claim.error())};
  if (std::holds_alternative<Deliveries::Mine>(*claim))
    return std::make_unique<AcceptedDelivery>(std::move(once), job_id, services);
  return repeated_as(std::move(*claim), once.key, services);
}

}  // namespace towermill
