#include "handler/jobs/deliveries.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "runner/base/incarnation.h"
#include "runner/base/text.h"

namespace towermill {

namespace {

/// As header lines, which a response's can be: none has a line end in it.
std::string joined(const std::vector<Header>& headers) {
  std::string lines;
  for (const Header& header : headers) lines += header.name + ":" + header.value + "\n";
  return lines;
}

std::vector<Header> headers_in(std::string_view lines) {
  std::vector<Header> headers;
  for (const std::string& line : split(lines, '\n')) {
    const auto colon = line.find(':');
    if (colon != std::string::npos) headers.push_back({line.substr(0, colon), line.substr(colon + 1)});
  }
  return headers;
}

Result<void> settle(Database& database, const DeliveryKey& key, const std::string& job_id,
                    const Response& response, Milliseconds now, bool is_whole) {
  const std::string headers = joined(response.headers);
  return database.run(
      "UPDATE delivery SET done_at = ?, status = ?, headers = ?, body = ?, is_whole = ? "
      "WHERE route = ? AND scheme = ? AND name = ? AND job_id = ?",
      {now, std::int64_t{response.status}, headers,
       is_whole ? std::string_view(response.body) : std::string_view(), std::int64_t{is_whole}, key.route,
       key.scheme, key.name, job_id});
}

}  // namespace

Deliveries::Deliveries(std::shared_ptr<Store> store, std::string own)
    : store_(std::move(store)), own_(std::move(own)) {}

Result<Deliveries::Claim> Deliveries::look(Database& database, const DeliveryKey& key) const {
  Claim claim = Mine{};
  std::string holder;
  bool same = true;
  const auto looked = database.each(
      "SELECT job_id, holder, done_at, status, headers, body, is_whole, fingerprint FROM delivery "
      "WHERE route = ? AND scheme = ? AND name = ?",
      {key.route, key.scheme, key.name}, [&](const Row& row) {
        holder = row.string(1);
        same = row.text(7) == key.fingerprint;
        if (row.is_null(2))
          claim = InFlight{row.string(0)};
        else
          claim = Done{row.string(0),
                       {static_cast<int>(row.integer(3)), headers_in(row.text(4)), row.string(5)},
                       row.integer(6) != 0};
        return false;
      });
  if (!looked) return looked.error();
  if (std::holds_alternative<InFlight>(claim) && has_ended(holder)) claim.emplace<Mine>();
  if (!same && !std::holds_alternative<Mine>(claim)) claim.emplace<NameUsed>();
  return claim;
}

Result<void> Deliveries::take(Database& database, const DeliveryKey& key, const std::string& job_id,
                              Milliseconds now) const {
  return database.run(
      "INSERT INTO delivery (route, scheme, name, fingerprint, job_id, holder, claimed_at) "
      "VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (route, scheme, name) DO UPDATE SET "
      "fingerprint = excluded.fingerprint, job_id = excluded.job_id, holder = excluded.holder, "
      "claimed_at = excluded.claimed_at",
      {key.route, key.scheme, key.name, key.fingerprint, job_id, own_, now});
}

Result<Deliveries::Claim> Deliveries::claim(const DeliveryKey& key, const std::string& job_id,
                                            Milliseconds now) {
  Claim claim;
  // Not for the disk: what a power failure takes back, it has ended too.
  const auto done = store_->write(
      [&](Database& database) -> Result<void> {
        auto seen = look(database, key);
        if (!seen) return seen.error();
        claim = std::move(*seen);
        return std::holds_alternative<Mine>(claim) ? take(database, key, job_id, now) : Result<void>();
      },
      Durability::crash);
  if (!done) return done.error();
  return claim;
}

Result<void> Deliveries::done(const DeliveryKey& key, const std::string& job_id, const Response& response,
                              Milliseconds now, std::int64_t limit_bytes) {
  const bool is_whole = response.body.size() <= static_cast<std::size_t>(limit_bytes);
  return store_->write(
      [&](Database& database) { return settle(database, key, job_id, response, now, is_whole); });
}

Result<void> Deliveries::accept(Database& database, const DeliveryKey& key, const std::string& job_id,
                                const Response& response, Milliseconds now) const {
  if (auto taken = take(database, key, job_id, now); !taken) return taken;
  return settle(database, key, job_id, response, now, true);
}

Result<void> Deliveries::release(const DeliveryKey& key, const std::string& job_id) {
  return store_->write(
      [&](Database& database) {
        return database.run(
            "DELETE FROM delivery WHERE route = ? AND scheme = ? AND name = ? AND job_id = ? "
            "AND done_at IS NULL",
            {key.route, key.scheme, key.name, job_id});
      },
      Durability::crash);
}

Result<std::int64_t> Deliveries::forget(Milliseconds done_before, std::int64_t count) {
  std::int64_t forgotten = 0;
  const auto done = store_->write(
      [&](Database& database) -> Result<void> {
        auto ran = database.run(
            "DELETE FROM delivery WHERE (route, scheme, name) IN "
            "(SELECT route, scheme, name FROM delivery WHERE done_at < ? ORDER BY done_at LIMIT ?)",
            {done_before, count});
        forgotten = ran ? database.changes() : 0;
        return ran;
      },
      Durability::crash);
  if (!done) return done.error();
  return forgotten;
}

}  // namespace towermill
