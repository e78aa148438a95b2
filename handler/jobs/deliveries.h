#pragma once
// Deliveries accepted once: in flight → done, or → released, when a repeat is to run. Contract section 4.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>

#include "handler/http/message.h"
#include "handler/jobs/job_record.h"
#include "handler/store/store.h"
#include "runner/base/result.h"

namespace towermill {

/// What names a delivery among all: the route that it came to, and what its sender has signed.
struct DeliveryKey {
  std::string route;  // of which workspace and file
  std::string scheme;
  std::string name;
  /// Of what came with it, where its sender chose the name; empty: the name is made of what came.
  std::string fingerprint = {};
};

class Deliveries {
 public:
  /// It is this request's to run, and nobody else's until it is settled.
  struct Mine {};
  struct InFlight {
    std::string job_id;
  };
  struct Done {
    std::string job_id;
    Response response;  // as it was answered
    bool is_whole;      // false: its body was too long to be kept, and is empty
  };
  /// The name was used with something else.
  struct NameUsed {};
  using Claim = std::variant<Mine, InFlight, Done, NameUsed>;

  /// `own`: this process's incarnation; another's deliveries are free once it has ended. The store was opened
  /// with job_schema.
  Deliveries(std::shared_ptr<Store> store, std::string own);

  /// Before anything starts, in one transaction. Error: nothing may start. Thread-safe, over processes too,
  /// and so are all.
  Result<Claim> claim(const DeliveryKey& key, const std::string& job_id, Milliseconds now);

  /// Once this returns, a repeat is given this response, whatever becomes of the machine: so it is called
  /// before the answer leaves. A longer body than `limit_bytes` is not kept.
  Result<void> done(const DeliveryKey& key, const std::string& job_id, const Response& response,
                    Milliseconds now, std::int64_t limit_bytes);

  /// For a transaction on the file, which then is also of what is accepted: what a claim would say now. Mine
  /// changes nothing yet.
  Result<Claim> look(Database& database, const DeliveryKey& key) const;
  /// After Mine: it is done with from the commit on, as after claim() and done().
  Result<void> accept(Database& database, const DeliveryKey& key, const std::string& job_id,
                      const Response& response, Milliseconds now) const;

  /// A repeat is to run.
  Result<void> release(const DeliveryKey& key, const std::string& job_id);

  /// Forgets up to `count` that were done before then. Returns how many.
  Result<std::int64_t> forget(Milliseconds done_before, std::int64_t count);

 private:
  Result<void> take(Database& database, const DeliveryKey& key, const std::string& job_id,
                    Milliseconds now) const;

  const std::shared_ptr<Store> store_;
  const std::string own_;
};

}  // namespace towermill
