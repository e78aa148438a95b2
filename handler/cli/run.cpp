#include <fmt/core.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <variant>

#include "handler/app/setup.h"
#include "handler/app/signals.h"
#include "handler/app/state_dir.h"
#include "handler/cli/commands.h"
#include "handler/front/response_head.h"
#include "handler/jobs/job.h"
#include "handler/jobs/job_args.h"
#include "handler/jobs/options.h"
#include "handler/workspace/limits.h"
#include "runner/base/thread.h"
#include "runner/launch/jobs_dir.h"

namespace towermill {

namespace {

// Sent by the run's thread to the main one, which waits for signals.
constexpr int run_is_over = SIGUSR1;

int complain(const std::string& message) {
  fmt::print(stderr, "towermill run: {}\n", message);
  return EXIT_FAILURE;
}

/// The workspace to run in: named by --workspace, else the settings' first, else the current folder.
Result<Workspace> open_workspace(const Settings& settings, const std::string& folder) {
  if (!folder.empty()) return Workspace::open("local", folder);
  if (settings.workspaces.empty()) return Workspace::open("local", ".");
  const auto& [name, first] = *settings.workspaces.begin();
  return Workspace::open(name, first);
}

Result<Job> make_job(const Settings& settings, const Workspace& workspace, const RunArguments& arguments) {
  auto lookup = workspace.find(arguments.path);
  if (std::holds_alternative<NotFound>(lookup))
    return Error{fmt::format("there is no script {} in {}", arguments.path, workspace.root())};
  if (const auto* broken = std::get_if<Unusable>(&lookup)) return Error{broken->details};
  const auto script = std::get<std::shared_ptr<const Script>>(lookup);
  RunLimits limits = effective_limits(settings, *script);
  for (const std::string& excess : limits.too_much) complain(excess);
  Request request;
  request.method = "POST";
  const ArgsOptions options{.json_depth_limit = static_cast<std::size_t>(settings.json_depth_limit)};
  auto made = make_job_args(*script, read_interface(*script), {request, Query(), ArgsAsked(), options},
                            {.bytes = arguments.args});
  if (const auto* refusal = std::get_if<Response>(&made)) return Error{refusal->body};
  auto& [args, preprocess] = std::get<JobArgs>(made);
  return Job{new_job_id(), workspace.name(), script,       std::move(args.text), limits.limits,
             {},           preprocess,       operator_name};
}

void print_answer(const Response& response, const RunArguments& arguments) {
  if (arguments.show_head) fmt::print("{}", response_head(response, response.body.size()));
  std::fwrite(response.body.data(), 1, response.body.size(), stdout);
  if (::isatty(STDOUT_FILENO) == 1 && !response.body.ends_with('\n')) std::fputc('\n', stdout);
  std::fflush(stdout);
}

/// Runs on a thread of its own: the main one must start no process, for it is given the orphans.
class TerminalRun {
 public:
  TerminalRun(const Settings& settings, const Workspace& workspace, const Job& job, Runner& runner,
              Tokens& tokens)
      : settings_(settings), workspace_(workspace), job_(job), runner_(runner), tokens_(tokens) {}

  void run(int stop_fd) {
    const Tokens::RunToken token(tokens_, job_.created_by, job_.workspace);
    const RunSpec spec = make_run_spec(job_, workspace_.root(), run_environment(settings_), token.text());
    const RunReport report = runner_.run(spec, *job_.script->language, {.client_fd = -1, .stop_fd = stop_fd},
                                         [this](const Outcome& outcome) { keep(outcome); });
    std::fwrite(report.log.data(), 1, report.log.size(), stderr);
  }
  const Response& response() const { return response_; }
  bool failed() const { return failed_; }

 private:
  void keep(const Outcome& outcome) {
    if (const auto* not_started = std::get_if<NotStarted>(&outcome)) complain(not_started->details);
    Reply reply = reply_to(outcome, reply_options(settings_, job_.limits));
    failed_ = reply.word != "success" || reply.response.status >= 500;
    response_ = std::move(reply.response);
  }

  const Settings& settings_;
  const Workspace& workspace_;
  const Job& job_;
  Runner& runner_;
  Tokens& tokens_;
  Response response_;
  bool failed_ = false;
};

}  // namespace

int run_command(const Settings& settings, const RunArguments& arguments) {
  auto signals = Signals::take({SIGINT, SIGTERM, SIGHUP, SIGQUIT, run_is_over});
  auto orphans = Orphans::adopt();
  const auto stop = make_eventfd();
  if (!signals) return complain(signals.error().message);
  if (!orphans) return complain(orphans.error().message);
  if (!stop) return complain(stop.error().message);
  const auto state_dir = make_user_state_dir();
  if (!state_dir) return complain(state_dir.error().message);
  const auto folders = make_state_folders(*state_dir);
  if (!folders) return complain(folders.error().message);
  clear_the_dead(folders->jobs);
  const auto jobs = JobsDir::claim(folders->jobs);
  if (!jobs) return complain(jobs.error().message);
  const auto workspace = open_workspace(settings, arguments.folder);
  if (!workspace) return complain(workspace.error().message);
  const auto job = make_job(settings, *workspace, arguments);
  if (!job) return complain(job.error().message);

  Tokens tokens({});
  const auto launcher = make_spawn_launcher();
  const auto find_tools = [&] { return find_tools_for(settings, *folders).tools; };
  Runner runner(*launcher, **orphans, find_tools(), find_tools, jobs->path());
  TerminalRun run(settings, *workspace, *job, runner, tokens);
  {
    const Thread thread(small_stack_bytes, [&] {
      run.run(stop->get());
      ::kill(::getpid(), run_is_over);
    });
    for (std::optional<int> signal; signal != run_is_over;) {
      signal = signals->next(TimePoint::max());
      if (signal) ::eventfd_write(stop->get(), 1);
    }
  }
  print_answer(run.response(), arguments);
  return run.failed() ? EXIT_FAILURE : EXIT_SUCCESS;
}

}  // namespace towermill
