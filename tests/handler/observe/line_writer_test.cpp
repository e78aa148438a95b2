#include "handler/observe/line_writer.h"

#include <fcntl.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <chrono>
#include <csignal>

#include "runner/base/fd.h"
#include "runner/base/text.h"

using namespace towermill;

namespace {

using Clock = std::chrono::steady_clock;

int milliseconds_since(Clock::time_point begin) {
  return static_cast<int>(
      std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - begin).count());
}

struct Ends {
  UniqueFd read, write;
};
Ends pipe_ends() {
  auto pipe = make_pipe();
  return {std::move(pipe->read), std::move(pipe->write)};
}
Ends socket_ends() {
  auto pair = make_stream_pair();
  return {std::move(pair->ours), std::move(pair->theirs)};
}

/// Reads what is there, until nothing comes.
std::string drain(int fd) {
  REQUIRE(set_nonblocking(fd));
  std::string all(8 << 20, '\0');
  std::size_t size = 0;
  for (ssize_t got = 0; (got = ::read(fd, all.data() + size, all.size() - size)) > 0;) {
    size += static_cast<std::size_t>(got);
  }
  all.resize(size);
  return all;
}

}  // namespace

TEST_CASE("a reader that is gone neither kills nor blocks") {
  const auto make = GENERATE(&pipe_ends, &socket_ends);
  Ends ends = make();
  ends.read.reset();
  const auto before = std::signal(SIGPIPE, SIG_DFL);
  LineWriter writer(ends.write.get());
  const auto begin = Clock::now();
  for (int i = 0; i < 100; ++i) writer.write("line\n");
  CHECK(milliseconds_since(begin) < 1000);
  std::signal(SIGPIPE, before);
}

TEST_CASE("a closed descriptor costs nothing but the line") {
  LineWriter writer(-1);
  const auto begin = Clock::now();
  writer.write("line\n");
  writer.write("line\n");
  CHECK(milliseconds_since(begin) < 1000);
}

TEST_CASE("a reader that does not read costs one short wait, then only lines, and is told how many") {
  const auto make = GENERATE(&pipe_ends, &socket_ends);
  const Ends ends = make();
  LineWriter writer(ends.write.get());
  const std::string line = std::string(999, 'x') + "\n";
  const auto begin = Clock::now();
  for (int i = 0; i < 2000; ++i) writer.write(line);
  CHECK(milliseconds_since(begin) < 2000);
  const std::string first = drain(ends.read.get());
  CHECK(first.size() < 2000 * line.size());
  writer.write("after\n");
  const auto lines = split(first + drain(ends.read.get()), '\n');
  std::size_t whole = 0;
  while (lines[whole].size() == 999) ++whole;
  const std::size_t told = lines.size() - 3;
  CHECK(lines[told] == "(" + std::to_string(2000 - whole) + " lines of the log were lost here)");
  CHECK(lines[told + 1] == "after");
  CHECK(told - whole <= 1);  // at most one that was cut short, on a line of its own
}

TEST_CASE("a line longer than a pipe takes at once arrives whole where somebody reads") {
  const Ends ends = pipe_ends();
  REQUIRE(::fcntl(ends.write.get(), F_SETPIPE_SZ, 1 << 20) > 0);
  LineWriter writer(ends.write.get());
  const std::string line = std::string(300'000, 'x') + "\n";
  writer.write(line);
  CHECK(drain(ends.read.get()) == line);
}
