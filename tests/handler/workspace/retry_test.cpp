#include "handler/workspace/retry.h"

#include <catch2/catch.hpp>
#include <string>

#include "handler/workspace/metadata.h"

using namespace towermill;  // NOLINT(google-build-using-namespace)

namespace {

Retry retry_in(const std::string& yaml) {
  const auto meta = parse_metadata(yaml, "y");
  REQUIRE(meta);
  return meta->retry;
}

std::int64_t pause_ms(const Retry& retry, std::int64_t failed, double draw = 0.5) {
  const auto pause = retry.pause_after(failed, draw);
  return pause ? pause->count() : -1;
}

}  // namespace

TEST_CASE("Without retry, or with nothing in it, a job that fails has failed") {
  for (const char* yaml : {"", "retry:\n", "retry: {}\n", "retry: {constant: {seconds: 5}}\n"})
    CHECK(pause_ms(retry_in(yaml), 1) == -1);
}

TEST_CASE("The constant ones come first, then the exponential ones") {
  const Retry retry = retry_in(
      "retry:\n  constant: {attempts: 2, seconds: 5}\n  exponential: {attempts: 2, multiplier: 3, seconds: "
      "2}\n");
  CHECK(retry.attempts() == 4);
  CHECK(pause_ms(retry, 1) == 5'000);
  CHECK(pause_ms(retry, 2) == 5'000);
  CHECK(pause_ms(retry, 3) == 3 * 8 * 1'000);
  CHECK(pause_ms(retry, 4) == 3 * 16 * 1'000);
  CHECK(pause_ms(retry, 5) == -1);
}

TEST_CASE("An exponential pause has a bound, and chance moves it by its percentage at most") {
  const Retry far = retry_in("retry: {exponential: {attempts: 1000, multiplier: 9, seconds: 604800}}\n");
  CHECK(pause_ms(far, 1'000, 0.99) == 6 * 3600 * 1'000);
  const Retry shaken = retry_in("retry: {exponential: {attempts: 1, seconds: 10, random_factor: 50}}\n");
  CHECK(pause_ms(shaken, 1, 0) == 5'000);
  CHECK(pause_ms(shaken, 1, 0.5) == 10'000);
  CHECK(pause_ms(shaken, 1, 0.999) < 15'000);
  CHECK(pause_ms(shaken, 1, 0.999) > 14'900);
}

TEST_CASE("What is wrong with it is told with its line and its name") {
  const auto complaint = [](const std::string& retry) {
    const auto meta = parse_metadata("summary: x\nretry: " + retry + "\n", "y");
    REQUIRE(!meta);
    return meta.error().message;
  };
  CHECK(complaint("5") == "y:2: retry must be a map");
  CHECK(complaint("{constant: 5}") == "y:2: retry.constant must be a map");
  CHECK(complaint("{constant: {attempts: -1}}") ==
        "y:2: retry.constant.attempts is \"-1\", but must be a whole number from 0 to 1000");
  CHECK(complaint("{exponential: {random_factor: [1]}}") ==
        "y:2: retry.exponential.random_factor is no number, but must be a whole number from 0 to 100");
  CHECK(complaint("{constant: {atempts: 1}}") ==
        "y:2: retry.constant.atempts means nothing; did you mean attempts?");
  CHECK(complaint("{constant: {random_factor: 1}}") == "y:2: retry.constant.random_factor is not supported");
  CHECK(complaint("{retry_if: {expr: a}}") == "y:2: retry.retry_if is not supported");
}
