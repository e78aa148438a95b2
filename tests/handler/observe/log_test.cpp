#include "handler/observe/log.h"

#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <limits>
#include <thread>
#include <vector>

#include "runner/base/fd.h"
#include "runner/base/json.h"
#include "runner/base/text.h"

using namespace towermill;
using Catch::Contains;
using Catch::Matches;
using Catch::StartsWith;

namespace {

/// What `say` writes into a log, line by line.
template <class Say>
std::vector<std::string> lines_of(LogFormat format, LogLevel at_least, Say say) {
  auto pipe = make_pipe();
  REQUIRE(pipe);
  say(Log(format, at_least, pipe->write.get()));
  pipe->write.reset();
  const auto all = read_all(pipe->read.get(), 1 << 20);
  REQUIRE(all);
  auto lines = split(*all, '\n');
  REQUIRE(lines.back().empty());
  lines.pop_back();
  return lines;
}

/// The same into a pipe that is the journal, as systemd tells it.
template <class Say>
std::vector<std::string> lines_of_journal(LogFormat format, Say say) {
  auto pipe = make_pipe();
  REQUIRE(pipe);
  struct stat info {};
  REQUIRE(::fstat(pipe->write.get(), &info) == 0);
  ::setenv("JOURNAL_STREAM", (std::to_string(info.st_dev) + ":" + std::to_string(info.st_ino)).c_str(), 1);
  say(Log(format, LogLevel::debug, pipe->write.get()));
  ::unsetenv("JOURNAL_STREAM");
  pipe->write.reset();
  const auto all = read_all(pipe->read.get(), 1 << 20);
  REQUIRE(all);
  return split(*all, '\n');
}

}  // namespace

TEST_CASE("the journal gets priorities, and no time in text") {
  const auto say = [](const Log& log) {
    log.write(LogLevel::debug, "a", {});
    log.info("b", {{"n", std::int64_t{1}}});
    log.warning("c", {});
    log.error("d", {});
  };
  CHECK(lines_of_journal(LogFormat::text, say) ==
        std::vector<std::string>{"<7>debug a", "<6>info b n=1", "<4>warning c", "<3>error d", ""});
  const auto json = lines_of_journal(LogFormat::json, say);
  REQUIRE(json.size() == 5);
  CHECK_THAT(json[3], StartsWith("<3>{\"time\":"));
}

TEST_CASE("a journal elsewhere changes nothing") {
  ::setenv("JOURNAL_STREAM", "1:1", 1);
  const auto lines = lines_of(LogFormat::text, LogLevel::info, [](const Log& log) { log.info("x", {}); });
  ::unsetenv("JOURNAL_STREAM");
  REQUIRE(lines.size() == 1);
  CHECK_THAT(lines[0], Matches(R"(\d{4}-\d\d-.* info x)"));
}

TEST_CASE("a line of text has time, level, event and fields") {
  const auto lines = lines_of(LogFormat::text, LogLevel::info, [](const Log& log) {
    log.info("request",
             {{"path", "f/x/y"}, {"status", std::int64_t{200}}, {"seconds", 0.25}, {"said", "a b"}});
  });
  REQUIRE(lines.size() == 1);
  CHECK_THAT(lines[0], Matches(R"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z info request path=f/x/y status=200 )"
                               R"(seconds=0\.25 said="a b")"));
}

TEST_CASE("a line of JSON is JSON, whatever the values hold") {
  const auto lines = lines_of(LogFormat::json, LogLevel::info, [](const Log& log) {
    log.error("request", {{"path", "a\"b\\c\n{\xff%v{}"},
                          {"n", std::int64_t{-1}},
                          {"x", 0.5},
                          {"nan", std::numeric_limits<double>::quiet_NaN()}});
  });
  REQUIRE(lines.size() == 1);
  const auto json = parse_json(lines[0]);
  REQUIRE(json);
  CHECK(json_unquote(json->find("level")->raw) == "error");
  CHECK(json_unquote(json->find("event")->raw) == "request");
  CHECK(json_unquote(json->find("path")->raw) == "a\"b\\c\\x0a{\\xff%v{}");
  CHECK(json->find("n")->raw == "-1");
  CHECK(json->find("x")->raw == "0.5");
  CHECK(json->find("nan")->raw == "null");
  CHECK_THAT(json_unquote(json->find("time")->raw), Matches(R"(\d{4}-\d\d-\d\dT[\d:.]{12}Z)"));
}

TEST_CASE("no value can forge a line or a field") {
  const auto lines = lines_of(LogFormat::text, LogLevel::info, [](const Log& log) {
    log.info("x", {{"a", "1\n2024 error forged"},
                   {"b", "\" c=1"},
                   {"d", "\\\" e=1"},
                   {"f", ""},
                   {"g", "h=1"},
                   {"i", "\x1b[31m"}});
  });
  REQUIRE(lines.size() == 1);
  CHECK_THAT(lines[0],
             Contains(R"( a="1\x0a2024 error forged" b="\" c=1" d="\\\" e=1" f="" g="h=1" i="\x1b[31m")"));
}

TEST_CASE("what is below the level is not written") {
  const auto lines = lines_of(LogFormat::text, LogLevel::warning, [](const Log& log) {
    log.write(LogLevel::debug, "no", {});
    log.info("no", {});
    log.warning("yes", {});
    log.error("yes", {});
  });
  REQUIRE(lines.size() == 2);
  CHECK_THAT(lines[0], Contains(" warning yes"));
  CHECK_THAT(lines[1], Contains(" error yes"));
}

TEST_CASE("a script's log is one line for each of its lines, with the job's id") {
  const auto lines = lines_of(LogFormat::text, LogLevel::info, [](const Log& log) {
    log.script_log("id-1", "f/x/y", "one\r\n\ntwo words\nthree");
    log.script_log("id-2", "f/x/y", "");
    log.script_log("id-3", "f/x/y", "last\n");
  });
  REQUIRE(lines.size() == 5);
  CHECK_THAT(lines[0], Contains(" info script job=id-1 path=f/x/y text=one"));
  CHECK_THAT(lines[1], Contains("text=\"\""));
  CHECK_THAT(lines[2], Contains("text=\"two words\""));
  CHECK_THAT(lines[3], Contains("job=id-1 path=f/x/y text=three"));
  CHECK_THAT(lines[4], Contains("job=id-3 path=f/x/y text=last"));
}

TEST_CASE("a long line of a script is cut between its characters") {
  std::string text = "x";
  while (text.size() < 20'000) text += "\xe2\x82\xac";
  const auto lines =
      lines_of(LogFormat::text, LogLevel::info, [&](const Log& log) { log.script_log("i", "p", text); });
  REQUIRE(lines.size() == 3);
  std::string joined;
  for (const std::string& line : lines) {
    CHECK(line.find("\\x") == line.npos);
    joined += line.substr(line.find("text=") + 5);
  }
  CHECK(joined == text);
}

TEST_CASE("the lines of several threads never mix") {
  auto pipe = make_pipe();
  REQUIRE(pipe);
  std::string all;
  std::thread reader([&] { all = *read_all(pipe->read.get(), 64 << 20); });
  {
    const Log log(LogFormat::text, LogLevel::info, pipe->write.get());
    std::vector<std::thread> writers;
    for (char name = 'a'; name < 'e'; ++name) {
      writers.emplace_back([&log, name] {
        for (int i = 0; i < 50; ++i) log.info("x", {{"text", std::string(6000, name)}});
      });
    }
    for (std::thread& writer : writers) writer.join();
  }
  pipe->write.reset();
  reader.join();
  const auto lines = split(all, '\n');
  REQUIRE(lines.size() == 201);
  for (std::size_t i = 0; i < 200; ++i) {
    const std::string text = lines[i].substr(lines[i].find("text=") + 5);
    CHECK(text == std::string(6000, text[0]));
  }
}
