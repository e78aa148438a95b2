#include "handler/observe/own_process.h"

#include <fcntl.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <mutex>
#include <thread>
#include <vector>

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

TEST_CASE("A process sees its own memory and CPU time") {
  constexpr std::size_t much = 64U << 20;
  const OwnProcess before = look_at_own_process();
  volatile std::uint64_t sum = 0;
  const std::vector<char> memory(much, 1);
  for (int round = 0; look_at_own_process().cpu_s < before.cpu_s + 0.01; ++round)
    sum = sum + static_cast<std::uint64_t>(memory[static_cast<std::size_t>(round) % much]);
  const OwnProcess after = look_at_own_process();
  CHECK(after.resident_bytes >= before.resident_bytes + much / 2);
  CHECK(after.cpu_s > before.cpu_s);
}
