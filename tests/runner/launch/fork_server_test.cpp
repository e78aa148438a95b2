#include "runner/launch/fork_server.h"

#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <chrono>
#include <filesystem>
#include <functional>
#include <thread>

#include "runner/base/thread.h"
#include "runner/languages/python/python.h"
#include "tests/temp_folder.h"

using namespace towermill;  // NOLINT(google-build-using-namespace)

namespace {

bool comes_true(const std::function<bool()>& condition) {
  for (int tries = 0; tries < 3000; ++tries) {
    if (condition()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return false;
}

std::string all_of(int fd) {
  std::string text;
  char block[4096];
  for (;;) {
    pollfd readable{fd, POLLIN, 0};
    ::poll(&readable, 1, 30'000);
    const ssize_t got = ::recv(fd, block, sizeof block, 0);
    if (got <= 0) return text;
    text.append(block, static_cast<std::size_t>(got));
  }
}

std::size_t descriptors() {
  const std::filesystem::directory_iterator all("/proc/self/fd");
  return static_cast<std::size_t>(std::distance(begin(all), end(all)));
}

/// A real one, for Python.
struct Rig {
  TempFolder folder;
  std::unique_ptr<Launcher> cold = make_spawn_launcher();
  RunSpec spec;
  Plan plan;
  std::shared_ptr<ForkServer> server;
  Loaded loaded;

  explicit Rig(const std::string& source, std::vector<std::string> preload = {}) {
    spec.job_id = "01234567-89ab-cdef-0123-456789abcdef";
    spec.path = "f/x/y";
    spec.file = "f/x/y.py";
    spec.source = std::make_shared<const std::string>(source);
    spec.workspace_root = folder.path();
    spec.args = "{}";
    spec.preload = std::move(preload);
    auto made = python_language().plan(spec, {.python = "/usr/bin/python3", .cache_dir = folder.path()});
    plan = std::get<Plan>(std::move(made));
  }

  Launch launch() const {
    return {.plan = &plan,
            .environment = {"PATH=/usr/bin:/bin", "LANG=C.UTF-8", "WM_TOKEN=secret"},
            .shared_environment = 2,
            .work_dir = folder.path()};
  }

  void start() {
    auto started = ForkServer::start(*cold, launch());
    REQUIRE(started.ok());
    server = *started;
    std::optional<Result<Loaded>> told;
    REQUIRE(comes_true([&] { return (told = server->loaded()).has_value(); }));
    REQUIRE(told->ok());
    loaded = **told;
  }

  struct Ran {
    std::string answer;
    ExitStatus exit;
    bool knew_script = false;
  };
  Ran run() {
    const auto child = server->take(launch());
    REQUIRE(child);
    CHECK(child->way == Way::fork);
    return finish(*child);
  }

  Ran finish(Child& child) const {
    const std::string frames = child.place_frame + (child.knows_script ? "" : plan.script_frame) + plan.frame;
    REQUIRE(::send(child.channel.get(), frames.data(), frames.size(), MSG_NOSIGNAL) ==
            static_cast<ssize_t>(frames.size()));
    Ran ran{.answer = all_of(child.channel.get()), .exit = {}, .knew_script = child.knows_script};
    pollfd ended{child.pidfd.get(), POLLIN, 0};
    ::poll(&ended, 1, 30'000);
    ran.exit = child.reap();
    return ran;
  }
};

/// Servers are started on a thread that lives as long as they do.
void on_a_thread(const std::function<void()>& work) { const Thread thread(1 << 20, work); }

}  // namespace

TEST_CASE("A fork server forks a process for each run and tells its exit status") {
  on_a_thread([] {
    Rig rig("import os\ndef main():\n return [os.environ['WM_TOKEN'], os.getpid() == os.getsid(0)]");
    rig.start();
    CHECK(rig.loaded.threads == 1);
    CHECK(rig.loaded.files.size() > 10);
    const auto ran = rig.run();
    CHECK(ran.answer.find(R"("result":["secret",true])") != std::string::npos);
    CHECK(ran.exit.is_success());
    rig.spec.source = std::make_shared<const std::string>("import os\ndef main(): os._exit(7)");
    rig.plan = std::get<Plan>(
        python_language().plan(rig.spec, {.python = "/usr/bin/python3", .cache_dir = rig.folder.path()}));
    CHECK(rig.run().exit.code == 7);
  });
}

TEST_CASE("What was run several times is known to the children that are forked since") {
  on_a_thread([] {
    Rig rig("def main(): return 5");
    rig.start();
    bool known = false;
    for (int runs = 0; runs < 10 && !known; ++runs) {
      const auto ran = rig.run();
      CHECK(ran.answer.find(R"("result":5)") != std::string::npos);
      known = ran.knew_script;
    }
    CHECK(known);
  });
}

TEST_CASE("A module that cannot be loaded is told, and the others are there") {
  on_a_thread([] {
    Rig rig("import sys\ndef main(): return 'decimal' in sys.modules", {"decimal", "no_such_module"});
    rig.start();
    CHECK(rig.loaded.left_out.size() == 1);
    CHECK(rig.loaded.left_out.at("no_such_module").find("ModuleNotFoundError") == 0);
    CHECK(rig.run().answer.find(R"("result":true)") != std::string::npos);
  });
}

TEST_CASE("A child that is not reaped is ended, and nothing of it stays") {
  on_a_thread([] {
    Rig rig("def main(): pass");
    rig.start();
    rig.run();
    const std::size_t before = descriptors();
    pid_t pid = 0;
    {
      const auto child = rig.server->take(rig.launch());
      REQUIRE(child);
      pid = child->pid;
    }
    CHECK(::kill(pid, 0) != 0);
    CHECK(rig.server->running() == 0);
    CHECK(descriptors() <= before + 3);  // one more may wait
  });
}

TEST_CASE("A fork server that died gives no child, and those of its runs are told to have ended") {
  on_a_thread([] {
    Rig rig("def main(): pass");
    rig.start();
    auto child = rig.server->take(rig.launch());
    REQUIRE(child);
    rig.server->fork_ahead();
    pollfd server_end{rig.server->ended_fd(), POLLIN, 0};
    CHECK(::poll(&server_end, 1, 0) == 0);
    rig.server->end_now();
    ::poll(&server_end, 1, 30'000);
    CHECK_FALSE(rig.server->take(rig.launch()));
    child->channel.reset();
    pollfd ended{child->pidfd.get(), POLLIN, 0};
    CHECK(::poll(&ended, 1, 30'000) == 1);
    (void)child->reap();
  });
}

TEST_CASE("A fork server that is retired ends those that wait and forks none ahead") {
  on_a_thread([] {
    Rig rig("def main(): pass");
    rig.start();
    rig.server->fork_ahead();
    CHECK(rig.server->waiting() == 1);
    rig.server->retire();
    CHECK(rig.server->waiting() == 0);
    rig.server->fork_ahead();
    CHECK(rig.server->waiting() == 0);
  });
}

TEST_CASE("A fork that is taken is spared by the sweep from then on, also when its server dies") {
  on_a_thread([] {
    const auto orphans = std::move(*Orphans::adopt());
    Rig rig("def main(): return 5");
    rig.start();
    rig.server->fork_ahead();
    Orphans::Living living(*orphans, rig.spec.job_id);
    Launch launch = rig.launch();
    launch.living = &living;
    const auto child = rig.server->take(launch);
    REQUIRE(child);
    rig.server->end_now();
    REQUIRE(comes_true([&] { return !rig.server->is_alive(); }));
    orphans->sweep();
    CHECK(rig.finish(*child).answer.find(R"("result":5)") != std::string::npos);
  });
}

TEST_CASE("A fork server that was stopped is told to go on") {
  on_a_thread([] {
    Rig rig("import os, signal\ndef main(): os.kill(os.getppid(), signal.SIGSTOP)");
    rig.start();
    for (int runs = 0; runs < 3; ++runs) CHECK(rig.run().exit.is_success());
    CHECK(rig.server->is_alive());
  });
}
