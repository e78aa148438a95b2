#include "handler/workspace/cache.h"

#include <catch2/catch.hpp>

using namespace towermill;

namespace {

constexpr std::int64_t second = 1'000'000'000;

std::shared_ptr<const Script> make(const std::string& file, std::size_t size = 1) {
  auto script = std::make_shared<Script>();
  script->file = file;
  script->source = std::make_shared<const std::string>(size, 'x');
  return script;
}

ScriptStamp changed_at(std::int64_t ctime_ns) {
  return {FileStamp{1, 2, 1, ctime_ns, ctime_ns}, std::nullopt};
}

}  // namespace

TEST_CASE("a script is kept for as long as its files are as they were") {
  ScriptCache cache;
  const auto script = make("f/x/y.py");
  const ScriptStamp stamp = changed_at(second);
  cache.keep(script, stamp, 2 * second);
  CHECK(cache.find("f/x/y.py", stamp) == script);
  CHECK(cache.find("f/x/z.py", stamp) == nullptr);
  ScriptStamp other = stamp;
  other.source.inode = 3;
  CHECK(cache.find("f/x/y.py", other) == nullptr);
  other = stamp;
  other.meta = FileStamp{};
  CHECK(cache.find("f/x/y.py", other) == nullptr);
}

TEST_CASE("a file changed within 100 ms before it was read is not kept") {
  ScriptCache cache;
  cache.keep(make("f/x/y.py"), changed_at(2 * second - 99'000'000), 2 * second);
  CHECK(cache.find("f/x/y.py", changed_at(2 * second - 99'000'000)) == nullptr);
  ScriptStamp fresh_yaml = changed_at(second);
  fresh_yaml.meta = FileStamp{1, 3, 1, 2 * second, 2 * second};
  cache.keep(make("f/x/y.py"), fresh_yaml, 2 * second);
  CHECK(cache.find("f/x/y.py", fresh_yaml) == nullptr);
  cache.keep(make("f/x/y.py"), changed_at(3 * second), 2 * second);  // a clock set back
  CHECK(cache.find("f/x/y.py", changed_at(3 * second)) == nullptr);
}

TEST_CASE("what is kept has a bound") {
  ScriptCache cache;
  const ScriptStamp stamp = changed_at(second);
  cache.keep(make("f/x/huge", 129 << 20), stamp, 2 * second);
  CHECK(cache.find("f/x/huge", stamp) == nullptr);
  for (const char* file : {"f/x/a", "f/x/b", "f/x/c"}) cache.keep(make(file, 50 << 20), stamp, 2 * second);
  CHECK(cache.find("f/x/a", stamp) == nullptr);
  CHECK(cache.find("f/x/c", stamp) != nullptr);
  for (int i = 0; i < 10; ++i) cache.keep(make("f/x/c", 50 << 20), stamp, 2 * second);
  cache.keep(make("f/x/d", 50 << 20), stamp, 2 * second);
  CHECK(cache.find("f/x/c", stamp) != nullptr);
}
