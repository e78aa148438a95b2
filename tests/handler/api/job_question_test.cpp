#include "handler/api/job_question.h"

#include <catch2/catch.hpp>
#include <functional>

#include "handler/api/job_cancel.h"
#include "handler/api/job_list.h"
#include "handler/api/job_read.h"
#include "handler/jobs/sqlite_job_store.h"
#include "tests/temp_folder.h"

using namespace towermill;  // NOLINT(google-build-using-namespace)

namespace {

struct Stored {
  TempFolder folder;
  std::unique_ptr<JobStore> jobs = std::move(*SqliteJobStore::open(folder / "jobs.db"));
  Viewer viewer{"ada"};

  void queue(const std::string& id, const std::string& created_by = "ada") {
    NewJob made;
    made.job.id = id;
    made.job.workspace = "demo";
    made.job.script_path = "f/a/b";
    made.job.created_by = created_by;
    made.job.scheduled_for = 10;
    made.args = R"({"n":1})";
    REQUIRE(jobs->add(made, 0));
  }

  void finish(const std::string& result, JobStatus status = JobStatus::success) {
    const auto claimed = jobs->claim("w", 1, 100, 1000, {});
    REQUIRE(claimed->size() == 1);
    REQUIRE(*jobs->finish(claimed->front().lease,
                          {.status = status, .result = result, .log = "said\n", .completed_at = 150}));
  }

  using Asked = std::function<JobAnswer(const JobQuestion&)>;
  Response ask(const Asked& asked, const std::string& what, const std::string& query = "",
               const std::string& body = "") {
    const Query parsed = *Query::parse(query);
    auto answer = asked({*jobs, viewer, "demo", what, parsed, body, 1000});
    REQUIRE(answer);
    return std::move(*answer);
  }
  std::string body(const Asked& asked, const std::string& what, const std::string& query = "") {
    const Response response = ask(asked, what, query);
    CHECK(response.status == 200);
    return response.body;
  }
  Stored::Asked with_cancel(JobAnswer (*asked)(const JobQuestion&, const Cancel&)) {
    return [this, asked](const JobQuestion& question) {
      return asked(question, [this](const CancelOrder& order) { return jobs->cancel(order); });
    };
  }
  Stored::Asked cancel(CancelForce force = CancelForce::ask) {
    return [this, force](const JobQuestion& question) {
      return cancel_job(question, force, [this](const CancelOrder& order) { return jobs->cancel(order); });
    };
  }
};

}  // namespace

TEST_CASE("A job that is not there is 404, in Windmill's words for what was asked") {
  Stored stored;
  stored.queue("a");
  struct Row {
    Stored::Asked asked;
    const char *id, *text;
  };
  for (const Row& row : {Row{get_job, "x", "Not found: Job not found at name x"},
                         Row{get_logs, "x", "Not found: Job not found at name x"},
                         Row{get_completed_job, "x", "Not found: Completed Job not found at name x"},
                         Row{get_completed_job, "a", "Not found: Completed Job not found at name a"},
                         Row{get_result, "a", "Not found: Completed Job not found at name a"},
                         Row{stored.cancel(), "x", "Not found: queued job id x does not exist"}}) {
    const Response response = stored.ask(row.asked, row.id);
    CHECK(response.status == 404);
    CHECK(response.body == row.text);
  }
}

TEST_CASE("A job of another workspace is not there") {
  Stored stored;
  stored.queue("a");
  const Query none = *Query::parse("");
  CHECK((*get_job({*stored.jobs, stored.viewer, "other", "a", none, "", 0})).status == 404);
}

TEST_CASE("A stranger sees the jobs of anonymous only") {
  Stored stored;
  stored.queue("a");
  stored.queue("b", "anonymous");
  stored.viewer = {"anonymous", false};
  const Response refused = stored.ask(get_job, "a");
  CHECK(refused.status == 400);
  CHECK(refused.body == "Bad request: As a non logged in user, you can only see jobs ran by anonymous users");
  CHECK(stored.ask(get_job, "b").status == 200);
  CHECK(stored.ask(stored.cancel(), "a").status == 400);
  CHECK(stored.ask(get_result_maybe, "a").status == 400);
}

TEST_CASE("A token that may run some scripts sees their jobs alone") {
  Stored stored;
  stored.queue("a");
  stored.viewer.runs = *Scopes::parse({"jobs:run:scripts:f/a/*"});
  CHECK(stored.ask(get_job, "a").status == 200);
  stored.viewer.runs = *Scopes::parse({"jobs:run:scripts:f/b/*"});
  for (const auto& asked : {Stored::Asked(get_job), Stored::Asked(get_result_maybe), stored.cancel()}) {
    const Response refused = stored.ask(asked, "a");
    CHECK(refused.status == 403);
    CHECK(refused.body == "Permission denied: Required scope: jobs:read");
  }
  CHECK(stored.ask(stored.with_cancel(cancel_persistent), "f/a/b").status == 403);
}

TEST_CASE("A result is passed on as it stands, or the part of it that is asked for") {
  Stored stored;
  stored.queue("a");
  stored.finish(R"({"a": {"b.c": 1, "list": [1.50, "x"]}})");
  CHECK(stored.body(get_result, "a") == R"({"a": {"b.c": 1, "list": [1.50, "x"]}})");
  CHECK(stored.body(get_result, "a", "json_path=a.list.0") == "1.50");
  CHECK(stored.body(get_result, "a", "json_path=a.list") == R"([1.50, "x"])");
  CHECK(stored.body(get_result, "a", "json_path=a.none") == "null");
  CHECK(stored.body(get_result, "a", "json_path=a.list.7") == "null");
  CHECK(stored.body(get_args, "a") == R"({"n":1})");
  CHECK(stored.body(get_root_job_id, "a") == "\"a\"");
  CHECK(stored.body(get_logs, "a", "remove_ansi_warnings=true") == "said\n");
  CHECK(stored.body(get_logs, "a").starts_with("to remove ansi colors, use: | sed 's/\\x1B\\[[0-9;]"));
  CHECK(stored.body(get_logs_tail, "a") == R"("said\n")");
}

TEST_CASE("A result is asked for before it is there") {
  Stored stored;
  constexpr const char* unknown = R"({"started":null,"success":null,"completed":false,"result":null})";
  CHECK(stored.body(get_result_maybe, "x") == unknown);
  stored.queue("a");
  CHECK(stored.body(get_result_maybe, "a") == unknown);
  CHECK(stored.body(get_result_maybe, "a", "get_started=true") ==
        R"({"started":false,"success":null,"completed":false,"result":null})");
  stored.finish("[1]", JobStatus::failure);
  CHECK(stored.body(get_result_maybe, "a") ==
        R"({"started":true,"success":false,"completed":true,"result":[1]})");
}

TEST_CASE("A cancel ends what waits, asks what runs, and leaves alone what is over") {
  Stored stored;
  stored.queue("a");
  stored.queue("b");
  stored.queue("c");
  const Response canceled = stored.ask(stored.cancel(), "a", "", R"({"reason":"enough"})");
  CHECK(canceled.body == "a");
  CHECK(stored.body(get_result, "a", "json_path=error.message") == R"("Job canceled: enough by ada")");
  CHECK(stored.ask(stored.cancel(), "a").body == "queued job id a is already completed");
  REQUIRE(stored.jobs->claim("w", 1, 100, 1000, {})->front().job.id == "b");
  CHECK(stored.ask(stored.cancel(), "b").body == "b");
  CHECK((*stored.jobs->get("b"))->status == JobStatus::running);
  CHECK((*stored.jobs->get("b"))->canceled_reason == "unexplicited reasons");
  CHECK(stored.ask(stored.cancel(CancelForce::take), "b").body == "b");
  CHECK((*stored.jobs->get("b"))->status == JobStatus::canceled);
  CHECK_FALSE(*stored.jobs->finish({"b", 1}, {}));
  CHECK(stored.ask(stored.cancel(), "c", "", "[]").status == 400);
  CHECK(stored.ask(stored.cancel(), "c", "", "{").status == 400);
}

TEST_CASE("Many jobs are cancelled by their ids, or by their script") {
  Stored stored;
  for (const char* id : {"a", "b", "c"}) stored.queue(id);
  const auto selection = stored.with_cancel(cancel_selection);
  CHECK(stored.ask(selection, "", "", R"(["A","x"])").body == R"(["a"])");
  CHECK(stored.ask(selection, "", "", "{}").status == 400);
  CHECK(stored.ask(selection, "", "", "[1]").status == 400);
  CHECK(stored.ask(stored.with_cancel(cancel_persistent), "f/a/b").status == 200);
  CHECK(*stored.jobs->count({.workspace = "demo", .statuses = {JobStatus::queued}}) == 0);
}

TEST_CASE("What is wiped leaves its record") {
  Stored stored;
  stored.queue("a");
  CHECK(stored.ask(wipe_job, "a").status == 404);
  stored.finish(R"({"wm_labels":["x"]})");
  CHECK(stored.body(get_job, "a").find(R"("labels":["x"])") != std::string::npos);
  CHECK(stored.body(wipe_job, "a").find(R"("deleted":true)") != std::string::npos);
  CHECK(stored.body(get_result, "a") == "null");
  const std::string left = stored.body(get_job, "a");
  CHECK(left.find(R"("args":null)") != std::string::npos);
  CHECK(left.find("said") == std::string::npos);
}

TEST_CASE("Jobs are listed and counted") {
  Stored stored;
  stored.queue("a");
  stored.finish("1");
  stored.queue("b");
  const auto list = [](const JobQuestion& question) { return list_jobs(question, Listing::all); };
  const std::string all = stored.body(list, "");
  CHECK(all.starts_with(R"([{"type":"QueuedJob","id":"b")"));
  CHECK(all.find(R"({"type":"CompletedJob","id":"a")") != std::string::npos);
  CHECK(all.find(R"("n":1)") == std::string::npos);
  CHECK(stored.body(list, "", "include_args=true").find(R"("args":{"n":1})") != std::string::npos);
  CHECK(stored.body(list, "", "created_by=eve") == "[]");
  CHECK(stored.ask(list, "", "success=true&running=true").body ==
        "Bad request: cannot specify both success and running");
  CHECK(stored.body(count_queue, "") == R"({"database_length":1,"suspended":0})");
  CHECK(stored.body(count_completed, "") == R"({"database_length":1,"suspended":null})");
  CHECK(stored.body(count_jobs, "") == "1");
  CHECK(stored.body(count_jobs, "", "success=false") == "0");
  CHECK(stored.body(queue_position, "11") == R"({"position":1})");
  CHECK(stored.body(queue_position, "10") == R"({"position":0})");
  CHECK(stored.ask(queue_position, "soon").status == 400);
  CHECK(stored.body(get_scheduled_for, "b") == "10");
}
