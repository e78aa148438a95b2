#include "runner/protocol/messages.h"

#include <catch2/catch.hpp>

#include "runner/base/json.h"

using namespace towermill;  // NOLINT: a test

namespace {

Result<Answer> parse(std::string_view content) { return parse_answer(content, 128); }

std::string member(const std::string& message, std::string_view key) {
  const auto parsed = parse_json(message);
  REQUIRE(parsed.ok());
  const JsonMember* found = parsed->find(key);
  return found == nullptr ? "absent" : std::string(found->raw);
}

}  // namespace

TEST_CASE("a script message holds the script, the same for every run") {
  const std::string message = script_message(
      {.path = "f/x/y", .file = "f/x/y.py", .source = "print(\"é\")\n", .workspace_root = "/srv/ws"});
  CHECK(member(message, "type") == R"("script")");
  CHECK(member(message, "path") == R"("f/x/y")");
  CHECK(json_unquote(member(message, "source")) == "print(\"é\")\n");
  CHECK(member(message, "entry") == R"("main")");
  CHECK(member(message, "module") == "absent");
  CHECK(member(message, "source_base64") == "absent");
}

TEST_CASE("a run message holds the call, and args as they stand") {
  const std::string message =
      run_message({.job_id = "j1", .args = R"({"n": 1.50, "n":2})", .time_left_ms = 5000});
  CHECK(member(message, "type") == R"("run")");
  CHECK(member(message, "args") == R"({"n": 1.50, "n":2})");
  CHECK(member(message, "time_left_ms") == "5000");
  CHECK(member(message, "parameters") == "absent");
  CHECK(member(message, "preprocessor") == "absent");
  CHECK(member(run_message({.args = "{}", .preprocessor = "[]"}), "preprocessor") == "[]");
  CHECK(member(message, "stay") == "absent");
  CHECK(member(run_message({.args = "{}", .after = AfterAnswer::stays}), "stay") == "true");
}

TEST_CASE("a source that is not UTF-8 travels as base64") {
  const std::string message = script_message({.source = "\xff\n"});
  CHECK(member(message, "source") == "absent");
  CHECK(member(message, "source_base64") == R"("/wo=")");
}

TEST_CASE("a process that was started ahead is told its environment and directory") {
  const std::vector<std::string> environment = {"A=1", "B=\"x\""};
  const std::string message = place_message({environment, "/tmp/w"});
  CHECK(member(message, "type") == R"("place")");
  CHECK(member(message, "environment") == R"(["A=1","B=\"x\""])");
  CHECK(member(message, "working_directory") == R"("/tmp/w")");
}

TEST_CASE("a result is the exact text that the script wrote") {
  for (std::string_view text : {"null", "1.50", R"({"a":1,"a":2})", R"("}")",
                                "123456789012345678901234567890", R"([ 1 ,{"type":"result"} ])"}) {
    const auto answer = parse(std::string(result_prefix) + std::string(text) + "}");
    REQUIRE(answer.ok());
    CHECK(std::get<Returned>(*answer).json == text);
  }
}

TEST_CASE("a stream and a failure carry their texts") {
  const auto stream = parse(R"({"type":"stream","text":"a\nb"})");
  REQUIRE(stream.ok());
  CHECK(std::get<Streamed>(*stream).text == "a\nb");
  const auto failure = parse(R"({"type":"failure","name":"E","message":"m \"q\"","stack":""})");
  REQUIRE(failure.ok());
  const auto& failed = std::get<Failed>(*failure);
  CHECK(failed.name == "E");
  CHECK(failed.message == "m \"q\"");
  CHECK(failed.stack.empty());
  CHECK_FALSE(failed.exit_code.has_value());
}

TEST_CASE("what is no message is an error") {
  for (std::string_view content :
       {"", "x", "[]", "{}", R"({"type":"run"})", R"({"type":1})", R"({"type":"result"})",
        R"({"type":"result","result":})", R"({"type":"result","result":1)",
        R"({"type":"result","result":1,"x":2})", R"({"type":"result","result":NaN})",
        R"({"type":"result","result":1}})", R"({"type":"stream"})", R"({"type":"stream","text":1})",
        R"({"type":"failure","name":"E","message":"m"})",
        R"({"type":"failure","name":"E","message":null,"stack":""})",
        "{\"type\":\"stream\",\"text\":\"\xff\"}"}) {
    INFO(content);
    CHECK_FALSE(parse(content).ok());
  }
}

TEST_CASE("a result nested beyond the limit is an error that names it") {
  const auto nested = [](std::size_t depth) {
    return std::string(result_prefix) + std::string(depth, '[') + std::string(depth, ']') + "}";
  };
  CHECK(parse(nested(128)).ok());
  const auto refused = parse(nested(129));
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.error().message.find("json_depth_limit 128") != std::string::npos);
}

TEST_CASE("a place is told as a whole, or by what is not as it was") {
  const std::vector<std::string> environment{"A=1"};
  const std::string whole = place_message({.environment = environment, .working_directory = "/jobs/one"});
  CHECK(member(whole, "environment") == R"(["A=1"])");
  CHECK(member(whole, "environment_changes") == "absent");
  const std::string changes =
      place_message({.environment = environment, .working_directory = "/jobs/one", .told = Told::changes});
  CHECK(member(changes, "environment") == "absent");
  CHECK(member(changes, "environment_changes") == R"(["A=1"])");
  CHECK(member(changes, "working_directory") == R"("/jobs/one")");
}
