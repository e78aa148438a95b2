#include "handler/observe/own_process.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <mutex>
#include <thread>

#include "runner/base/clock.h"
#include "runner/base/fd.h"

using namespace towermill;  // NOLINT(google-build-using-namespace)

TEST_CASE("A process sees its own descriptors and threads") {
  const OwnProcess before = look_at_own_process();
  CHECK(before.threads >= 1);
  CHECK(before.most_descriptors >= before.open_descriptors);

  const UniqueFd one(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  std::mutex gate;
  std::unique_lock closed(gate);
  std::thread thread([&] { const std::lock_guard passed(gate); });
  const OwnProcess after = look_at_own_process();
  closed.unlock();
  thread.join();
  CHECK(after.open_descriptors == before.open_descriptors + 1);
  CHECK(after.threads == before.threads + 1);
}

TEST_CASE("A process sees its own memory") {
  constexpr std::size_t much = 64U << 20;
  const OwnProcess before = look_at_own_process();
  void* memory =
      ::mmap(nullptr, much, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
  REQUIRE(memory != MAP_FAILED);
  const OwnProcess after = look_at_own_process();
  ::munmap(memory, much);
  CHECK(after.resident_bytes >= before.resident_bytes + much / 2);
}

TEST_CASE("A process sees its own CPU time") {
  const double before_s = look_at_own_process().cpu_s;
  const TimePoint until = Clock::now() + std::chrono::seconds(60);
  while (look_at_own_process().cpu_s < before_s + 0.01 && Clock::now() < until) {
  }
  CHECK(look_at_own_process().cpu_s >= before_s + 0.01);
}
