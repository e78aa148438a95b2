#include "handler/jobs/job_json.h"

#include <catch2/catch.hpp>
#include <map>
#include <string>

#include "runner/base/json.h"

using namespace towermill;  // NOLINT(google-build-using-namespace)

namespace {

using Members = std::map<std::string, std::string>;

Members members(const std::string& json) {
  const auto value = parse_json(json);
  REQUIRE(value);
  Members found;
  for (const JsonMember& member : value->members) {
    INFO(member.key);
    CHECK(found.emplace(member.key, member.raw).second);
  }
  return found;
}

JobRecord record(JobStatus status) {
  JobRecord job;
  job.id = "0190";
  job.workspace = "demo";
  job.status = status;
  job.script_path = "f/a/b";
  job.script_hash = "0123456789abcdef";
  job.language = "python3";
  job.tag = "python3";
  job.created_by = "admin";
  job.owner = "u/admin";
  job.email = "admin@towermill";
  job.created_at = 1000;
  job.scheduled_for = 2000;
  return job;
}

}  // namespace

TEST_CASE("A queued job has Windmill's members of one, and none that is absent") {
  const Members queued = members(job_json(record(JobStatus::queued), {.args = R"({"a":1})"}));
  CHECK(queued == Members{{"type", R"("QueuedJob")"},
                          {"id", R"("0190")"},
                          {"workspace_id", R"("demo")"},
                          {"created_by", R"("admin")"},
                          {"created_at", R"("1970-01-01T00:00:01.000000Z")"},
                          {"scheduled_for", R"("1970-01-01T00:00:02.000000Z")"},
                          {"running", "false"},
                          {"same_worker", "false"},
                          {"args", R"({"a":1})"},
                          {"script_path", R"("f/a/b")"},
                          {"script_hash", R"("0123456789abcdef")"},
                          {"canceled", "false"},
                          {"job_kind", R"("script")"},
                          {"language", R"("python3")"},
                          {"tag", R"("python3")"},
                          {"permissioned_as", R"("u/admin")"},
                          {"email", R"("admin@towermill")"},
                          {"visible_to_owner", "true"},
                          {"is_flow_step", "false"}});
}

TEST_CASE("A completed job has Windmill's members of one") {
  JobRecord job = record(JobStatus::success);
  job.started_at = 2500;
  job.completed_at = 3000;
  job.duration_ms = 500;
  job.memory_peak_kib = 9000;
  job.labels = R"(["x"])";
  const Members done = members(job_json(job, {.args = "{}", .result = "[1, 2.50]", .logs = "a\n"}));
  CHECK(done.at("type") == R"("CompletedJob")");
  CHECK(done.at("started_at") == R"("1970-01-01T00:00:02.500000Z")");
  CHECK(done.at("completed_at") == R"("1970-01-01T00:00:03.000000Z")");
  CHECK(done.at("duration_ms") == "500");
  CHECK(done.at("success") == "true");
  CHECK(done.at("is_skipped") == "false");
  CHECK(done.at("deleted") == "false");
  CHECK(done.at("result") == "[1, 2.50]");
  CHECK(done.at("logs") == R"("a\n")");
  CHECK(done.at("mem_peak") == "9000");
  CHECK(done.at("self_wait_time_ms") == "500");
  CHECK(done.at("labels") == R"(["x"])");
  for (const char* absent : {"running", "scheduled_for", "canceled_by", "priority", "is_retry", "worker"})
    CHECK_FALSE(done.contains(absent));
}

TEST_CASE("A status is told in Windmill's flags") {
  struct Row {
    JobStatus status;
    const char *success, *skipped, *canceled;
  };
  for (const Row& row :
       {Row{JobStatus::success, "true", "false", "false"}, Row{JobStatus::failure, "false", "false", "false"},
        Row{JobStatus::canceled, "false", "false", "true"},
        Row{JobStatus::skipped, "true", "true", "false"}}) {
    const Members shown = members(job_json(record(row.status)));
    CHECK(shown.at("success") == row.success);
    CHECK(shown.at("is_skipped") == row.skipped);
    CHECK(shown.at("canceled") == row.canceled);
    CHECK(shown.at("args") == "null");
  }
  CHECK(members(job_json(record(JobStatus::running))).at("running") == "true");
}

TEST_CASE("Args and results that are too long to be shown say so, and a log is cut to its end") {
  const std::string fits = "\"" + std::string(shown_json_bytes - 2, 'x') + "\"";
  const std::string longer = "\"" + std::string(shown_json_bytes - 1, 'x') + "\"";
  CHECK(members(job_json(record(JobStatus::success), {.result = fits})).at("result") == fits);
  const Members shown = members(job_json(record(JobStatus::success), {.args = longer, .result = longer}));
  CHECK(shown.at("args") == R"({"reason":"WINDMILL_TOO_BIG"})");
  CHECK(shown.at("result") == R"("WINDMILL_TOO_BIG")");
  const std::string log = "begin" + std::string(shown_log_bytes, 'x');
  CHECK(members(job_json(record(JobStatus::success), {.logs = log})).at("logs").size() ==
        shown_log_bytes + 2);
}

TEST_CASE("The end of a text begins with a whole character") {
  CHECK(end_of_text("abc", 5) == "abc");
  CHECK(end_of_text("abc", 2) == "bc");
  CHECK(end_of_text("aäb", 2) == "b");
  CHECK(end_of_text("aäb", 3) == "äb");
}

TEST_CASE("Labels are the strings of wm_labels") {
  struct Row {
    const char *result, *labels;
  };
  for (const Row& row :
       {Row{R"({"wm_labels":["a","b"]})", R"(["a","b"])"}, Row{R"({"wm_labels":[1,"b"]})", R"(["b"])"},
        Row{R"({"wm_labels":"a"})", ""}, Row{R"(["wm_labels"])", ""}, Row{R"({"x":{"wm_labels":["a"]}})", ""},
        Row{R"({"wm_labels":[]})", ""}, Row{"null", ""}}) {
    INFO(row.result);
    CHECK(labels_in(row.result) == row.labels);
  }
}
