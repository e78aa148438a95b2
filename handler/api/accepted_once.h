#pragma once
// A signed delivery runs once: claimed before anything starts, settled before its answer leaves. Contract
// section 4.

#include <memory>
#include <string>
#include <string_view>
#include <variant>

#include "handler/api/services.h"
#include "handler/http/message.h"
#include "handler/jobs/deliveries.h"

namespace towermill {

/// A delivery that is this job's to run. One that is destroyed unsettled is released: a repeat runs.
class AcceptedDelivery {
 public:
  AcceptedDelivery(DeliveryKey key, std::string job_id, const Services& services)
      : key_(std::move(key)), job_id_(std::move(job_id)), services_(services) {}
  AcceptedDelivery(const AcceptedDelivery&) = delete;
  AcceptedDelivery& operator=(const AcceptedDelivery&) = delete;
  ~AcceptedDelivery();

  /// The run has ended with this answer, and `word` is how (Reply): a success is done with, and its repeats
  /// are answered the same. All else is released, for senders try again what did not go well: a failed run
  /// that this would call done were lost.
  void settle(std::string_view word, const Response& response);

 private:
  void release();

  const DeliveryKey key_;
  const std::string job_id_;
  const Services services_;
  bool settled_ = false;
};

/// What is answered in place of a run, and which job's that is.
struct Repeated {
  Response response;
  std::string job_id = {};
};

/// Who is to run it: this job; or what is to be answered instead, as also where that cannot be told.
std::variant<std::unique_ptr<AcceptedDelivery>, Repeated> accept_once(DeliveryKey key,
                                                                      const std::string& job_id,
                                                                      const Services& services);

}  // namespace towermill
