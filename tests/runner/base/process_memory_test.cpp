#include "runner/base/process_memory.h"

#include <sys/mman.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <climits>

using namespace towermill;  // NOLINT(google-build-using-namespace)

TEST_CASE("What a process has taken is in its memory") {
  constexpr std::size_t much = 64 << 20;
  const ProcessMemory before = memory_of(0);
  void* const taken =
      ::mmap(nullptr, much, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
  REQUIRE(taken != MAP_FAILED);
  const ProcessMemory after = memory_of(::getpid());
  ::munmap(taken, much);
  CHECK(after.resident_bytes >= before.resident_bytes + static_cast<std::int64_t>(much / 2));
  CHECK(after.shared_bytes > 0);
  CHECK(after.shared_bytes < after.resident_bytes);
}

TEST_CASE("A process that is not there has no memory") { CHECK(memory_of(INT_MAX).resident_bytes == 0); }
