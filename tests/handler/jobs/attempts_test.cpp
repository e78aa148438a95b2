#include "handler/jobs/attempts.h"

#include <catch2/catch.hpp>
#include <string>

using namespace towermill;  // NOLINT(google-build-using-namespace)

TEST_CASE("The log tells which run it is of, where there can be several") {
  JobRecord job;
  CHECK(attempt_heading(job, {}).empty());
  const Retry retry{.constant = {.attempts = 2, .seconds = 1}, .exponential = {}};
  CHECK(attempt_heading(job, retry) == "--- run 1 of up to 3 ---\n");
  job.retries = 2;
  CHECK(attempt_heading(job, retry) == "--- run 3 of up to 3 ---\n");
}

TEST_CASE("The log tells why a run failed, as far as that is not too long") {
  CHECK(attempt_ending(std::chrono::milliseconds(1'500), "{}") ==
        "\n--- failed, the next run comes in 1.5 s: {} ---\n");
  CHECK(attempt_ending({}, std::string(10'000, 'x')).size() < 2'100);
}
