#include "runner/pool/runner.h"

#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <optional>
#include <thread>

#include "runner/base/thread.h"
#include "runner/launch/work_dir.h"
#include "tests/temp_folder.h"

using namespace towermill;  // NOLINT(google-build-using-namespace)
namespace fs = std::filesystem;

namespace {

/// /bin/sh with its stdout as the result: the runner's ways without any harness.
class Shell : public Language {
 public:
  std::string_view name() const override { return "shell"; }
  Planned plan(const RunSpec& spec, const Tools&) const override {
    Plan plan;
    plan.program = spec.path == "missing" ? "/no/such/shell" : "/bin/sh";
    plan.argv = {"sh", "-c", *spec.source};
    plan.stdin_bytes = spec.args;
    plan.stdout_use = Stdout::result;
    return plan;
  }
  Outcome at_exit(const RunSpec&, const Captured& captured) const override {
    if (captured.exit.code != 0 || captured.exit.signal != 0)
      return Failed{"ExecutionErr", std::string(captured.log), "", captured.exit.code};
    return Returned{captured.output};
  }
};

/// A script that must be made ready first: by its args, a shell script that prints "ready" once it is.
class Prepared final : public Shell {
 public:
  Planned plan(const RunSpec& spec, const Tools& tools) const override {
    if (ready) return Shell::plan(spec, tools);
    RunSpec preparing = spec;
    preparing.source = std::make_shared<const std::string>(spec.args);
    ++preparations;
    return Preparation{std::get<Plan>(Shell::plan(preparing, tools)),
                       [this](const Captured& captured) -> Outcome {
                         if (captured.exit.code != 0) return Failed{"SyntaxError", captured.output, "", {}};
                         ready = captured.output == "ready\n";
                         return Returned{};
                       }};
  }
  mutable bool ready = false;
  mutable int preparations = 0;
};

struct Rig {
  TempFolder temporary;
  fs::path folder = temporary.path();
  std::unique_ptr<Launcher> launcher = make_spawn_launcher();
  std::unique_ptr<Orphans> orphans = std::move(*Orphans::adopt());
  RunSpec spec;
  Interrupts interrupts;
  std::optional<Outcome> outcome;
  RunReport report;
  Tools tools;

  Rig() {
    fs::create_directory(folder / "jobs");
    spec.job_id = "the-job";
    spec.environment = {"PATH=/usr/bin:/bin"};
    spec.args = "{}";
  }

  /// On a thread of its own: the main thread must start no process, for it is given the orphans.
  void run(const std::string& source, const Language& language = Shell()) {
    spec.source = std::make_shared<const std::string>(source);
    Runner runner(
        *launcher, *orphans, tools, [this] { return tools; }, folder / "jobs");
    const Thread thread(small_stack_bytes, [&] {
      report = runner.run(spec, language, interrupts, [this](const Outcome& known) { outcome = known; });
    });
  }
  std::string result() const {
    if (outcome && std::holds_alternative<Returned>(*outcome)) return std::get<Returned>(*outcome).json;
    return "no result";
  }
  std::string file(const std::string& name) const {
    std::ifstream in(folder / name);
    return {std::istreambuf_iterator<char>(in), {}};
  }
};

bool alive(const std::string& pid) { return !pid.empty() && ::kill(std::stoi(pid), 0) == 0; }

}  // namespace

TEST_CASE("A run gives its stdout, its stderr is the log, its folder is gone afterwards") {
  Rig rig;
  rig.run("pwd; echo $HOME; echo $WM_JOB_ID; echo noise >&2");
  const std::string dir = rig.result().substr(0, rig.result().find('\n'));
  CHECK(fs::path(dir).parent_path() == rig.folder / "jobs");
  CHECK(rig.result() == dir + "\n" + dir + "\nthe-job\n");
  CHECK(rig.report.log == "noise\n");
  CHECK(fs::is_empty(rig.folder / "jobs"));
}

TEST_CASE("Input and output of many megabytes pass each other without a deadlock") {
  Rig rig;
  rig.spec.args = std::string(20 << 20, 'x');
  rig.run("head -c 20971520 /dev/zero | tr '\\0' y; cat");
  CHECK(rig.result().size() == 40 << 20);
}

TEST_CASE("A run past its time is ended, its group with it") {
  Rig rig;
  rig.spec.limits.timeout_s = 1;
  rig.spec.limits.grace_ms = 100;
  rig.run("trap '' TERM; echo $$ > " + (rig.folder / "pid").string() + "; sleep 60 & sleep 60");
  REQUIRE(rig.outcome);
  REQUIRE(std::holds_alternative<TimedOut>(*rig.outcome));
  CHECK(std::get<TimedOut>(*rig.outcome).seconds == 1);
  CHECK(rig.report.killed);
  CHECK_FALSE(alive(rig.file("pid")));
}

TEST_CASE("SIGTERM comes first, and the grace lets a whole group tidy up") {
  Rig rig;
  rig.spec.limits.timeout_s = 1;
  rig.spec.limits.grace_ms = 5000;
  const std::string done = (rig.folder / "tidied").string();
  rig.run("(trap 'sleep 0.2; echo yes > " + done +
          "; exit' TERM; while :; do sleep 0.05; done) & exec sleep 60");
  CHECK(std::holds_alternative<TimedOut>(*rig.outcome));
  CHECK_FALSE(rig.report.killed);
  CHECK(rig.file("tidied") == "yes\n");
}

TEST_CASE("A client's hang-up ends the run") {
  Rig rig;
  auto pair = std::move(*make_stream_pair());
  rig.interrupts.client_fd = pair.ours.get();
  pair.theirs.reset();
  rig.run("sleep 60");
  REQUIRE(std::holds_alternative<Cancelled>(*rig.outcome));
  CHECK(std::get<Cancelled>(*rig.outcome).reason == "http connection broke");
}

TEST_CASE("The server's stop ends the run") {
  Rig rig;
  const auto stop = std::move(*make_eventfd());
  ::eventfd_write(stop.get(), 1);
  rig.interrupts.stop_fd = stop.get();
  rig.run("sleep 60");
  CHECK(std::holds_alternative<Cancelled>(*rig.outcome));
}

TEST_CASE("A background child that holds stdout delays nothing and does not outlive the run") {
  Rig rig;
  rig.run("sleep 60 & echo $! > " + (rig.folder / "pid").string() + "; echo done");
  CHECK(rig.result() == "done\n");
  CHECK(rig.report.run_ms < 30'000);
  CHECK_FALSE(alive(rig.file("pid")));
}

TEST_CASE("What hides in a session of its own, without environment, deaf to SIGTERM, is gone after the run") {
  Rig rig;
  const std::string pid = (rig.folder / "pid").string();
  rig.run("setsid env -i /bin/sh -c 'trap \"\" TERM; echo $$ > " + pid +
          "; (sleep 61 &); sleep 60' >/dev/null 2>&1 & "
          "while [ ! -s " +
          pid + " ]; do sleep 0.01; done");
  CHECK_FALSE(rig.file("pid").empty());
  CHECK_FALSE(alive(rig.file("pid")));
}

TEST_CASE("A home that the author named is the only one") {
  Rig rig;
  rig.spec.environment.emplace_back("HOME=/srv/x");
  rig.run("env | grep ^HOME=");
  CHECK(rig.result() == "HOME=/srv/x\n");
}

TEST_CASE("When memory runs out, a run goes first") {
  Rig rig;
  rig.run("sleep 0.1; cat /proc/self/oom_score_adj");
  CHECK(rig.result() == "500\n");
}

TEST_CASE("A result over its limit ends the run and names the limit") {
  Rig rig;
  rig.spec.limits.result_limit_bytes = 1000;
  rig.run("yes");
  REQUIRE(std::holds_alternative<Failed>(*rig.outcome));
  CHECK(std::get<Failed>(*rig.outcome).message ==
        "execution error:\nthe result is longer than result_limit_bytes 1000");
}

TEST_CASE("A log without end is cut, and the run goes on") {
  Rig rig;
  rig.spec.limits.log_limit_bytes = 10;
  rig.run("head -c 50000000 /dev/zero | tr '\\0' x >&2; echo fine");
  CHECK(rig.result() == "fine\n");
  CHECK(rig.report.log == "xxxxxxxxxx\n[49999990 bytes of log cut, log_limit_bytes is 10]\n");
}

TEST_CASE("What must be prepared is prepared once, and then the run starts") {
  Rig rig;
  const Prepared language;
  rig.spec.args = "echo ready";
  rig.run("echo done", language);
  CHECK(rig.result() == "done\n");
  CHECK(language.preparations == 1);
  CHECK(fs::is_empty(rig.folder / "jobs"));
}

TEST_CASE("What was installed since the start is found by the run that needs it") {
  class Needing final : public Shell {
   public:
    explicit Needing(Tools& tools) : installed_(tools) {}
    Planned plan(const RunSpec& spec, const Tools& tools) const override {
      if (!tools.php.empty()) return Shell::plan(spec, tools);
      installed_.php = "/usr/bin/php";  // just now
      return Outcome(NotStarted{"PHP is not installed on the server", ""});
    }

   private:
    Tools& installed_;
  };
  Rig rig;
  rig.run("echo done", Needing(rig.tools));
  CHECK(rig.result() == "done\n");
}

TEST_CASE("A preparation that fails is the run's outcome") {
  Rig rig;
  rig.spec.args = "echo line 3; exit 1";
  rig.run("echo done", Prepared());
  REQUIRE(std::holds_alternative<Failed>(*rig.outcome));
  CHECK(std::get<Failed>(*rig.outcome).message == "line 3\n");
}

TEST_CASE("A preparation's time is the run's") {
  Rig rig;
  rig.spec.limits.timeout_s = 1;
  rig.spec.args = "sleep 60";
  rig.run("echo done", Prepared());
  CHECK(std::holds_alternative<TimedOut>(*rig.outcome));
}

TEST_CASE("A preparation that never makes anything ready is given up") {
  Rig rig;
  rig.spec.args = "echo no";
  rig.run("echo done", Prepared());
  CHECK(std::holds_alternative<NotStarted>(*rig.outcome));
}

// ThreadSanitizer makes a fork of every vfork: a failed exec is not seen by the parent.
#ifndef __SANITIZE_THREAD__
TEST_CASE("What cannot be started is an outcome, its details for the operator alone") {
  Rig rig;
  rig.spec.path = "missing";
  rig.run("");
  REQUIRE(std::holds_alternative<NotStarted>(*rig.outcome));
  CHECK(std::get<NotStarted>(*rig.outcome).message.find('/') == std::string::npos);
  CHECK(std::get<NotStarted>(*rig.outcome).details.find("/no/such/shell") != std::string::npos);
  CHECK(fs::is_empty(rig.folder / "jobs"));
}
#endif
