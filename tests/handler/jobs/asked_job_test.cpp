#include "handler/jobs/asked_job.h"

#include <catch2/catch.hpp>

using namespace towermill;  // NOLINT(google-build-using-namespace)

namespace {

constexpr auto id = "0190D7A0-1111-7abc-8def-0123456789ab";
constexpr auto id_in_lower_case = "0190d7a0-1111-7abc-8def-0123456789ab";

Result<AskedJob> asked(const std::string& query) { return asked_job_in(*Query::parse(query), 1'000); }

}  // namespace

TEST_CASE("A query without wishes asks for a job now") {
  const auto job = asked("");
  REQUIRE(job);
  CHECK(job->id.empty());
  CHECK_FALSE(job->scheduled_for);
  CHECK(job->priority == 0);
  CHECK_FALSE(job->queue_limit);
  CHECK(job->visible_to_owner);
}

TEST_CASE("A caller chooses the job's id, its place among others and its time") {
  const auto job = asked(std::string("job_id=") + id + "&tag=heavy&queue_limit=3&invisible_to_owner=true" +
                         "&scheduled_in_secs=2&priority=7&timeout=9");
  REQUIRE(job);
  CHECK(job->id == id_in_lower_case);
  CHECK(job->tag == "heavy");
  CHECK(job->queue_limit == 3);
  CHECK_FALSE(job->visible_to_owner);
  CHECK(job->scheduled_for == 3'000);
  CHECK(job->priority == 7);
  CHECK(job->timeout_s == 9);
}

TEST_CASE("A job is asked for at a moment of the calendar") {
  CHECK(asked("scheduled_for=1970-01-01T00:01:00Z")->scheduled_for == 60'000);
  CHECK(asked("scheduled_for=1970-01-01T01:01:00%2B01:00")->scheduled_for == 60'000);
  CHECK(asked("scheduled_for=tomorrow").error().message ==
        "the query parameter scheduled_for must be a moment as RFC 3339 has it, 2026-01-31T12:00:00Z");
}

TEST_CASE("A job that another has started goes before others") {
  CHECK(asked(std::string("parent_job=") + id)->priority == 2);
  CHECK(asked(std::string("root_job=") + id)->priority == 2);
  CHECK(asked(std::string("priority=0&root_job=") + id)->priority == 0);
}

TEST_CASE("What is wrong with a wish is told by its name") {
  for (const std::string name : {"job_id", "parent_job", "root_job"})
    for (const std::string value :
         {"", "x", "0190d7a0-1111-7abc-8def-0123456789a", "0190d7a01-111-7abc-8def-0123456789ab"})
      CHECK(asked(name + "=" + value).error().message == "the query parameter " + name + " must be a UUID");
  CHECK(asked("queue_limit=-1").error().message ==
        "the query parameter queue_limit must be from 0 to 2147483647");
  CHECK(asked("priority=101").error().message == "the query parameter priority must be from 0 to 100");
  CHECK(asked("scheduled_in_secs=9999999999").error().message ==
        "the query parameter scheduled_in_secs must be from 0 to 3153600000");
  CHECK_FALSE(asked("scheduled_in_secs=soon"));
  CHECK_FALSE(asked("invisible_to_owner=perhaps"));
  CHECK_FALSE(asked("tag=" + std::string(300, 'x')));
  CHECK_FALSE(asked("tag=a%00b"));
  CHECK_FALSE(asked("tag=a%0Ab"));
}
