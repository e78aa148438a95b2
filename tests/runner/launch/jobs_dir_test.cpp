#include "runner/launch/jobs_dir.h"

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <catch2/catch.hpp>
#include <csignal>
#include <filesystem>

#include "runner/base/thread.h"
#include "runner/launch/orphans.h"
#include "tests/temp_folder.h"

using namespace towermill;  // NOLINT(google-build-using-namespace)
namespace fs = std::filesystem;

namespace {

/// Leaves a folder as a process does that is killed.
void claim_and_die(const std::string& jobs) {
  const pid_t pid = ::fork();
  if (pid == 0) {
    const auto claimed = JobsDir::claim(jobs);
    if (claimed) fs::create_directories(claimed->path() + "/job/inner");
    ::kill(::getpid(), SIGKILL);
  }
  ::waitpid(pid, nullptr, 0);
}

}  // namespace

TEST_CASE("Each claim has a private folder of its own, gone with it") {
  const TempFolder jobs;
  {
    const auto first = JobsDir::claim(jobs.path());
    const auto second = JobsDir::claim(jobs.path());
    REQUIRE(first.ok());
    REQUIRE(second.ok());
    CHECK(first->path() != second->path());
    struct stat info {};
    REQUIRE(::stat(first->path().c_str(), &info) == 0);
    CHECK((info.st_mode & 07777) == 0700);
  }
  CHECK(fs::is_empty(jobs.path()));
}

TEST_CASE("What the dead have left is cleared, what the living have is not") {
  const TempFolder jobs;
  const auto living = JobsDir::claim(jobs.path());
  REQUIRE(living.ok());
  fs::create_directories(living->path() + "/job");
  claim_and_die(jobs.path());
  claim_and_die(jobs.path());
  clear_the_dead(jobs.path());
  CHECK(fs::exists(living->path() + "/job"));
  CHECK(std::distance(fs::directory_iterator(jobs.path()), {}) == 1);
  fs::remove(living->path() + "/job");
}

TEST_CASE("A process that works in a dead one's folder, or has its home there, is ended") {
  const TempFolder jobs;
  claim_and_die(jobs.path());
  const std::string left = fs::directory_iterator(jobs.path())->path();
  const std::string variable = GENERATE("PWD", "HOME", "TMPDIR");
  const std::string works_in = variable == "PWD" ? left + "/job" : "/";
  const std::string assignment = variable + "=" + left + "/job";
  const char* const environment[] = {assignment.c_str(), nullptr};
  const pid_t pid = ::fork();
  if (pid == 0) {
    if (::chdir(works_in.c_str()) == 0) ::execle("/bin/sleep", "sleep", "60", nullptr, environment);
    ::_exit(0);
  }
  // Until it is what it is to be: before, it has this program's environment, or none.
  for (std::string value; value != left + "/job"; ::usleep(1000))
    if (const auto found = environment_of(pid, variable)) value = *found;
  clear_the_dead(jobs.path());
  int status = 0;
  ::waitpid(pid, &status, 0);
  CHECK((WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL));
  CHECK(fs::is_empty(jobs.path()));
}

TEST_CASE("Who claims is safe from who clears at the same moment") {
  const TempFolder jobs;
  std::atomic<bool> done = false;
  {
    const Thread clearing(small_stack_bytes, [&] {
      while (!done) clear_the_dead(jobs.path());
    });
    for (int i = 0; i < 500; ++i) {
      const auto claimed = JobsDir::claim(jobs.path());
      CHECK((claimed.ok() && fs::exists(claimed->path())));
    }
    done = true;
  }
  CHECK(fs::is_empty(jobs.path()));
}

TEST_CASE("A folder that is not there cannot be shared") {
  CHECK_FALSE(JobsDir::claim("/no/such/folder").ok());
}
