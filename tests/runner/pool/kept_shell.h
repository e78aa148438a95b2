#pragma once
// /bin/sh with a channel, as a process that is there before its runs or stays after them.

#include <catch2/catch.hpp>
#include <chrono>
#include <csignal>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <utility>

#include "runner/launch/launch.h"

namespace towermill {

inline bool is_alive(pid_t pid) { return ::kill(pid, 0) == 0; }

/// Whether it becomes true within ten seconds.
inline bool comes_true(const std::function<bool()>& condition) {
  for (int tries = 0; tries < 1000; ++tries) {
    if (condition()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return false;
}

/// The script has the channel as its standard input and output, too.
class KeptShell {
 public:
  explicit KeptShell(const std::string& script) : cold_(make_spawn_launcher()) {
    plan.run_name = "shell";
    plan.program = "/bin/sh";
    plan.argv = {"sh", "-c", "exec <&3 >&3\n" + script};
    plan.frame = "frame\n";
    plan.ahead = Ahead::yes;
  }

  Launch launch() const {
    return {.plan = &plan,
            .environment = {"PATH=/usr/bin:/bin", "WM_JOB_ID=job"},
            .shared_environment = 1,
            .work_dir = "/"};
  }
  std::unique_ptr<Child> start() const {
    auto started = cold_->start(launch());
    REQUIRE(started);
    return std::move(*started);
  }
  Launcher& cold() const { return *cold_; }

  Plan plan;

 private:
  std::unique_ptr<Launcher> cold_;
};

}  // namespace towermill
