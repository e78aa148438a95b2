#include "runner/pool/leaving.h"

#include <sys/eventfd.h>

#include <catch2/catch.hpp>
#include <climits>

#include "tests/runner/pool/kept_shell.h"

using namespace towermill;  // NOLINT(google-build-using-namespace)
using namespace std::chrono_literals;

namespace {

/// Nothing that is done to it has an effect.
class Unkillable final : public Child {
 public:
  Unkillable() {
    pid = INT_MAX;  // nobody's
    pidfd.reset(::eventfd(0, EFD_CLOEXEC));
  }
  ExitStatus reap() override { return {}; }
};

}  // namespace

TEST_CASE("Who leaves hears of it by the end of its channel") {
  const KeptShell shell("read line; exit 0");
  Leaving leaving;
  auto child = shell.start();
  const pid_t pid = child->pid;
  const auto kept = std::make_shared<int>();
  leaving.add(std::move(child), 1min, kept);
  CHECK(kept.use_count() == 2);
  CHECK(leaving.settle_all() == 0);
  CHECK(kept.use_count() == 1);
  CHECK(leaving.empty());
  CHECK_FALSE(is_alive(pid));
}

TEST_CASE("Who does not leave within its grace is killed") {
  const KeptShell shell("while :; do sleep 10; done");
  Leaving leaving;
  auto child = shell.start();
  const pid_t pid = child->pid;
  leaving.add(std::move(child), 20ms);
  leaving.settle();
  CHECK(leaving.size() == 1);
  CHECK(leaving.settle_all() == 0);
  CHECK_FALSE(is_alive(pid));
}

TEST_CASE("Nobody waits for ever for who cannot be killed") {
  Leaving leaving;
  leaving.add(std::make_unique<Unkillable>(), 1ms);
  CHECK(leaving.settle_all(20ms) == 1);
  CHECK(leaving.empty());
}
