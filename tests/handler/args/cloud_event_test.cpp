#include <catch2/catch.hpp>

#include "tests/handler/args/shown.h"

using namespace towermill;  // NOLINT

namespace {

std::string args_of_event(std::string body, std::string_view query = "") {
  return args_of(post_as("application/cloudevents+json; charset=utf-8", std::move(body)), query);
}

}  // namespace

TEST_CASE("A cloud event's data are the args, its envelope WEBHOOK__METADATA__") {
  CHECK(args_of_event(R"({"specversion":"1.0","id":"1","data":{"a":1.50},"source":"/s"})") ==
        R"({"a":1.50,"WEBHOOK__METADATA__":{"specversion":"1.0","id":"1","source":"/s"}})");
}

TEST_CASE("A cloud event's data that are no object are body") {
  CHECK(args_of_event(R"({"id":"1","data":[1, 2]})") ==
        R"({"body":[1, 2],"WEBHOOK__METADATA__":{"id":"1"}})");
  CHECK(args_of_event(R"({"id":"1","data":null})") == R"({"body":null,"WEBHOOK__METADATA__":{"id":"1"}})");
  CHECK(args_of_event(R"({"data":{"a":1}})", "wrap_body=1") ==
        R"({"body":{"a":1},"WEBHOOK__METADATA__":{}})");
}

TEST_CASE("A cloud event without data has its envelope alone") {
  CHECK(args_of_event(R"({"id":"1","data_base64":"AA=="})") ==
        R"({"WEBHOOK__METADATA__":{"id":"1","data_base64":"AA=="}})");
}

TEST_CASE("Data cannot pass for a cloud event's envelope") {
  CHECK(args_of_event(R"({"id":"1","id":"2","data":{"WEBHOOK__METADATA__":{"id":"forged"}}})") ==
        R"({"WEBHOOK__METADATA__":{"id":"2"}})");
}

TEST_CASE("A cloud event that is no JSON object is 400") {
  CHECK(args_of_event("[]") == "400 Bad request: a cloud event is a JSON object");
  CHECK(args_of_event("").starts_with("400 Bad request: invalid json: there is no value"));
  CHECK(args_of_event("{").starts_with("400 Bad request: invalid json: "));
}

TEST_CASE("A batch of cloud events is 400") {
  CHECK(args_of(post_as("application/cloudevents-batch+json", "[]")) ==
        "400 Bad request: Cloud events batching is not supported yet");
}
