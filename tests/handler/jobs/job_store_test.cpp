#include "handler/jobs/job_store.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "handler/jobs/sqlite_job_store.h"
#include "tests/temp_folder.h"

using namespace towermill;  // NOLINT(google-build-using-namespace)

namespace {

NewJob job(const std::string& id, Milliseconds due = 0, std::int64_t priority = 0) {
  NewJob made;
  made.job.id = id;
  made.job.workspace = "demo";
  made.job.script_path = "f/a/" + id;
  made.job.scheduled_for = due;
  made.job.created_at = due;
  made.job.priority = priority;
  made.args = R"({"id":")" + id + R"("})";
  return made;
}

struct Stored {
  TempFolder folder;
  std::unique_ptr<JobStore> jobs = open();

  std::unique_ptr<JobStore> open() const {
    auto opened = SqliteJobStore::open(folder / "jobs.db");
    REQUIRE(opened);
    return std::move(*opened);
  }
  void add(const NewJob& made) {
    const auto added = jobs->add(made, 0);
    REQUIRE(added);
    REQUIRE(std::holds_alternative<Added>(*added));
  }
  std::vector<Claimed> claim(Milliseconds now, std::size_t count = 10, std::int64_t lease_ms = 100,
                             const std::vector<std::string>& passed_over = {}) {
    auto claimed = jobs->claim("w", count, now, lease_ms, passed_over);
    REQUIRE(claimed);
    return *claimed;
  }
  std::vector<std::string> claimed_ids(Milliseconds now, const std::vector<std::string>& passed_over = {}) {
    std::vector<std::string> ids;
    for (const Claimed& each : claim(now, 10, 100, passed_over)) ids.push_back(each.job.id);
    return ids;
  }
  JobRecord get(const std::string& id) {
    auto found = jobs->get(id);
    REQUIRE(found);
    REQUIRE(found->has_value());
    return **found;
  }
};

using Ids = std::vector<std::string>;

}  // namespace

TEST_CASE("A job that was added is there with all that was said of it, also for another process") {
  Stored stored;
  NewJob made = job("a", 5, 2);
  made.job.tag = "t";
  made.job.created_by = "label-x";
  made.job.visible_to_owner = false;
  stored.add(made);
  const auto other = stored.open();
  const JobRecord kept = **other->get("a");
  CHECK(kept.status == JobStatus::queued);
  CHECK(kept.tag == "t");
  CHECK(kept.created_by == "label-x");
  CHECK_FALSE(kept.visible_to_owner);
  CHECK(kept.priority == 2);
  CHECK(kept.scheduled_for == 5);
  CHECK_FALSE(kept.started_at.has_value());
  CHECK(**other->args_of("a") == R"({"id":"a"})");
  CHECK_FALSE((*other->result_of("a")).has_value());
  CHECK_FALSE((*other->get("b")).has_value());
}

TEST_CASE("An id is taken once, and a queue is as long as is asked for") {
  Stored stored;
  stored.add(job("a"));
  CHECK(std::holds_alternative<IdTaken>(*stored.jobs->add(job("a"), 0)));
  NewJob limited = job("b");
  limited.queue_limit = 0;
  CHECK(std::get<QueueFull>(*stored.jobs->add(limited, 0)).queued == 1);
  limited.queue_limit = 1;
  CHECK(std::holds_alternative<Added>(*stored.jobs->add(limited, 0)));
}

TEST_CASE("A job and what it is accepted as are kept together: a repeat is told of the first") {
  Stored stored;
  NewJob first = job("a");
  first.delivery = NewDelivery{{"demo/f/x", "github", "aa"}, {201, {{"Content-Type", "text/plain"}}, "a"}};
  stored.add(first);
  NewJob repeat = job("b");
  repeat.delivery = first.delivery;
  const auto told = stored.open()->add(repeat, 0);
  REQUIRE(told);
  const auto& done = std::get<Deliveries::Done>(std::get<Deliveries::Claim>(*told));
  CHECK(done.job_id == "a");
  CHECK(done.response.status == 201);
  CHECK(done.response.body == "a");
  CHECK_FALSE((*stored.jobs->get("b")).has_value());
}

TEST_CASE("A delivery whose job was not added is nobody's") {
  Stored stored;
  stored.add(job("a"));
  NewJob taken = job("a");
  taken.delivery = NewDelivery{{"demo/f/x", "github", "aa"}, {201, {}, "a"}};
  CHECK(std::holds_alternative<IdTaken>(*stored.jobs->add(taken, 0)));
  taken.job.id = "b";
  CHECK(std::holds_alternative<Added>(*stored.jobs->add(taken, 0)));
}

TEST_CASE("A delivery that another request runs has no job beside that") {
  Stored stored;
  const DeliveryKey key{"demo/f/x", "github", "aa"};
  REQUIRE(stored.jobs->deliveries().claim(key, "run", 0));
  NewJob repeat = job("b");
  repeat.delivery = NewDelivery{key, {201, {}, "b"}};
  const auto told = stored.jobs->add(repeat, 0);
  REQUIRE(told);
  CHECK(std::get<Deliveries::InFlight>(std::get<Deliveries::Claim>(*told)).job_id == "run");
  CHECK_FALSE((*stored.jobs->get("b")).has_value());
}

TEST_CASE("Jobs are claimed when they are due, the higher priority first, then the longer due, once") {
  Stored stored;
  for (const NewJob& made : {job("late", 90), job("low", 1), job("lower", 2), job("high", 3, 5)})
    stored.add(made);
  CHECK(stored.claimed_ids(50, {"demo/f/a/low"}) == Ids{"high", "lower"});
  CHECK(*stored.jobs->next_due(50) == 90);
  CHECK(stored.claimed_ids(50) == Ids{"low"});
  CHECK(stored.claimed_ids(90) == Ids{"late"});
  CHECK(stored.claimed_ids(90).empty());
  CHECK_FALSE((*stored.jobs->next_due(90)).has_value());
  const JobRecord taken = stored.get("low");
  CHECK(taken.status == JobStatus::running);
  CHECK(taken.worker == "w");
  CHECK(taken.started_at == 50);
}

TEST_CASE("Who has lost a lease cannot say how the job ended, nor keep it, nor give it back") {
  Stored stored;
  stored.add(job("a"));
  const Claimed first = stored.claim(0)[0];
  CHECK(stored.claim(100).empty());
  CHECK((*stored.jobs->keep({first.lease}, 200)).lost.empty());
  CHECK(stored.claim(150).empty());
  const auto again = stored.claim(201);
  REQUIRE(again.size() == 1);
  CHECK(again[0].job.attempts == 2);
  CHECK(again[0].args == R"({"id":"a"})");
  CHECK_FALSE(*stored.jobs->finish(first.lease, {.result = "1"}));
  CHECK_FALSE(*stored.jobs->give_back(first.lease, {.failed = true}));
  CHECK((*stored.jobs->keep({first.lease}, 900)).lost == Ids{"a"});
  CHECK(*stored.jobs->finish(again[0].lease,
                             {.status = JobStatus::failure, .result = "2", .log = "l", .completed_at = 300}));
  CHECK_FALSE(*stored.jobs->finish(again[0].lease, {.result = "3"}));
  CHECK(stored.get("a").status == JobStatus::failure);
  CHECK(stored.get("a").completed_at == 300);
  CHECK(**stored.jobs->result_of("a") == "2");
  CHECK(**stored.jobs->log_of("a") == "l");
  CHECK(stored.claim(10'000).empty());
}

TEST_CASE("A job that was given back is claimed again when it is due") {
  Stored stored;
  stored.add(job("a"));
  CHECK(*stored.jobs->give_back(stored.claim(0)[0].lease, {.scheduled_for = 70, .failed = true, .log = "1"}));
  CHECK(stored.claim(69).empty());
  const auto again = stored.claim(70);
  REQUIRE(again.size() == 1);
  CHECK(again[0].job.retries == 1);
  CHECK(**stored.jobs->log_of("a") == "1");
  CHECK(*stored.jobs->give_back(again[0].lease, {.scheduled_for = 80}));
  const auto last = stored.claim(80);
  REQUIRE(last.size() == 1);
  CHECK(last[0].job.retries == 1);
  CHECK(*stored.jobs->finish(last[0].lease, {.log = "2", .completed_at = 90}));
  CHECK(**stored.jobs->log_of("a") == "12");
}

TEST_CASE("A job that was cancelled while it ran does not wait once it is given back") {
  Stored stored;
  stored.add(job("a", 1));
  const auto claimed = stored.claim(1);
  REQUIRE(claimed.size() == 1);
  REQUIRE(*stored.jobs->cancel(
              {.job_id = "a", .workspace = "demo", .by = "u", .reason = "r", .now = 2, .result = "{}"}) ==
          CancelOutcome::asked);
  CHECK(*stored.jobs->give_back(claimed[0].lease, {.scheduled_for = 900, .failed = true}));
  CHECK(stored.claimed_ids(3) == Ids{"a"});
}

TEST_CASE("A queued job that is cancelled never starts; a running one's holder hears of it") {
  Stored stored;
  stored.add(job("a"));
  stored.add(job("b", 1));
  const CancelOrder order{
      .job_id = "b", .workspace = "demo", .by = "u", .reason = "r", .now = 9, .result = "{}"};
  const auto cancel = [&](const std::string& id, const std::string& workspace) {
    CancelOrder changed = order;
    changed.job_id = id;
    changed.workspace = workspace;
    return *stored.jobs->cancel(changed);
  };
  CHECK(cancel("b", "other") == CancelOutcome::unknown);
  CHECK(cancel("b", "demo") == CancelOutcome::canceled);
  CHECK(cancel("b", "demo") == CancelOutcome::already_over);
  CHECK(cancel("c", "demo") == CancelOutcome::unknown);
  const auto claimed = stored.claim(50);
  REQUIRE(claimed.size() == 1);
  CHECK(cancel("a", "demo") == CancelOutcome::asked);
  CHECK((*stored.jobs->keep({claimed[0].lease}, 99)).canceled == Ids{"a"});
  CHECK(stored.get("b").status == JobStatus::canceled);
  CHECK(stored.get("b").canceled_reason == "r");
  CHECK(**stored.jobs->result_of("b") == "{}");
}

TEST_CASE("Jobs are listed by what is asked for, in order, a page at a time") {
  Stored stored;
  for (int i = 0; i < 5; ++i) {
    NewJob made = job(std::string(1, static_cast<char>('a' + i)), i);
    made.job.script_path = i % 2 == 0 ? "f/even/x" : "f/odd/x";
    if (i == 4) made.job.parent_job = "a";
    stored.add(made);
  }
  const auto ids = [&](const JobFilter& filter) {
    Ids found;
    const auto listed = stored.jobs->list(filter);
    REQUIRE(listed);
    for (const JobRecord& each : *listed) found.push_back(each.id);
    CHECK(*stored.jobs->count(filter) >= static_cast<std::int64_t>(found.size()));
    return found;
  };
  CHECK(ids({.workspace = "demo"}) == Ids{"e", "d", "c", "b", "a"});
  CHECK(ids({.workspace = "demo", .order = ListOrder::oldest_first, .offset = 1, .count = 2}) ==
        Ids{"b", "c"});
  CHECK(ids({.workspace = "other"}).empty());
  CHECK(ids({.workspace = "demo", .scripts = {"f/odd/x", "f/none/x"}}) == Ids{"d", "b"});
  CHECK(ids({.workspace = "demo", .script_prefix = "f/even"}) == Ids{"e", "c", "a"});
  CHECK(ids({.workspace = "demo", .script_prefix = "f/e%"}).empty());
  CHECK(ids({.workspace = "demo", .has_parent = true}) == Ids{"e"});
  CHECK(ids({.workspace = "demo", .created_before = 3, .created_after = 0}) == Ids{"c", "b"});
  stored.claim(1);
  CHECK(ids({.workspace = "demo", .statuses = {JobStatus::running, JobStatus::success}}) == Ids{"b", "a"});
  const auto counts = stored.jobs->queue_counts("demo", 2);
  CHECK(counts->queued == 3);
  CHECK(counts->running == 2);
  CHECK(counts->due == 1);
}

TEST_CASE("What has run is recorded, wiped of its texts, and forgotten by age") {
  Stored stored;
  RanJob ran{.job = job("a").job, .args = "{}", .end = {.result = "7", .log = "said", .completed_at = 40}};
  REQUIRE(stored.jobs->record({ran}));
  stored.add(job("b"));
  CHECK(stored.get("a").status == JobStatus::success);
  CHECK(**stored.jobs->log_of("a") == "said");
  CHECK(*stored.jobs->wipe("a"));
  CHECK_FALSE((*stored.jobs->result_of("a")).has_value());
  CHECK_FALSE(*stored.jobs->wipe("b"));
  CHECK(*stored.jobs->forget(40, 10) == 0);
  CHECK(*stored.jobs->forget(41, 10) == 1);
  CHECK_FALSE((*stored.jobs->get("a")).has_value());
  CHECK((*stored.jobs->get("b")).has_value());
}
