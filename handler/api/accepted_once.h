#pragma once
// A signed delivery, and what has an Idempotency-Key, runs once: claimed before anything starts, settled
// before its answer leaves. Contract section 4. (What starts a job is settled with that: JobStore::add.)

#include <memory>
#include <string>
#include <string_view>
#include <variant>

#include "handler/api/services.h"
#include "handler/http/message.h"
#include "handler/jobs/deliveries.h"

namespace towermill {

/// What a repeat of a run that failed gets.
enum class AfterFailure { another_run, first_answer };

/// What is to be run once, however often it is sent.
struct OnceOnly {
  DeliveryKey key;
  AfterFailure after_failure = AfterFailure::another_run;
};

/// A delivery that is this job's to run. One that is destroyed unsettled is released: a repeat runs.
class AcceptedDelivery {
 public:
  AcceptedDelivery(OnceOnly once, std::string job_id, const Services& services)
      : key_(std::move(once.key)),
        after_failure_(once.after_failure),
        job_id_(std::move(job_id)),
        services_(services) {}
  AcceptedDelivery(const AcceptedDelivery&) = delete;
  AcceptedDelivery& operator=(const AcceptedDelivery&) = delete;
  ~AcceptedDelivery();

  /// The run has ended with this answer, and `word` is how (Reply): a success is done with, and its repeats
  /// are answered the same. All else is released, for senders try again what did not go well: a failed run
  /// that this would call done were lost. With AfterFailure::first_answer, what the script itself has come to
  /// is done with, also a failure.
  void settle(std::string_view word, const Response& response);

 private:
  bool is_done(std::string_view word, const Response& response) const;
  void release();

  const DeliveryKey key_;
  const AfterFailure after_failure_;
  const std::string job_id_;
  const Services services_;
  bool settled_ = false;
};

/// What is answered in place of a run, and which job's that is.
struct Repeated {
  Response response;
  std::string job_id = {};
};

/// Of a claim that is not Mine. `key` is what was claimed.
Repeated repeated_as(Deliveries::Claim claim, const DeliveryKey& key, const Services& services);

/// Who is to run it: this job; or what is to be answered instead, as also where that cannot be told.
std::variant<std::unique_ptr<AcceptedDelivery>, Repeated> accept_once(OnceOnly once,
                                                                      const std::string& job_id,
                                                                      const Services& services);

}  // namespace towermill
