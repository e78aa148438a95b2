#include "handler/app/once.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <exception>
#include <memory>
#include <utility>

#include "handler/api/answer.h"
#include "handler/api/api.h"
#include "handler/app/last_uses.h"
#include "handler/app/setup.h"
#include "handler/app/signals.h"
#include "handler/app/state_dir.h"
#include "handler/app/upkeep.h"
#include "handler/front/cgi.h"
#include "handler/jobs/options.h"
#include "handler/reply/errors.h"
#include "runner/base/thread.h"
#include "runner/launch/jobs_dir.h"

namespace towermill {

namespace {

// How often to look for orphans that died meanwhile.
constexpr int sweep_interval_ms = 500;
constexpr std::chrono::milliseconds longest_sweep{2000};
constexpr std::size_t handling_stack_bytes = 512 * 1024;

/// What the main thread waits for while others work.
struct Events {
  UniqueFd over;      // readable: the exchange is done with, and its run has ended
  UniqueFd stop;      // readable: the run is to end
  SocketPair client;  // the far end is closed when the client has gone

  static Result<Events> make();
};

Result<Events> Events::make() {
  auto over = make_eventfd();
  if (!over) return over.error();
  auto stop = make_eventfd();
  if (!stop) return stop.error();
  auto client = make_stream_pair();
  if (!client) return client.error();
  return Events{std::move(*over), std::move(*stop), std::move(*client)};
}

/// A web server that half-closes a socket has only sent all of the body.
bool is_gone(const pollfd& out) { return (out.revents & (POLLERR | POLLHUP | POLLNVAL)) != 0; }

void wait_until_over(Events& events, Signals& signals, Orphans& orphans) {
  for (;;) {
    const int out = events.client.theirs ? STDOUT_FILENO : -1;
    std::array<pollfd, 3> watched{{{events.over.get(), POLLIN, 0}, {signals.fd(), POLLIN, 0}, {out, 0, 0}}};
    if (::poll(watched.data(), watched.size(), sweep_interval_ms) == 0) orphans.sweep();
    if (watched[0].revents != 0) return;
    if (watched[1].revents != 0 && signals.next(Clock::now())) ::eventfd_write(events.stop.get(), 1);
    if (is_gone(watched[2])) events.client.theirs.reset();
  }
}

CgiWays ways(const Settings& settings, int stop) {
  return {.in = STDIN_FILENO,
          .out = STDOUT_FILENO,
          .read_ms = static_cast<int>(settings.read_ms),
          .write_ms = static_cast<int>(settings.write_ms),
          .stop = stop};
}

/// What `log` and the others are is needed as long as the exchange.
CgiOptions cgi_options(const Settings& settings, const Events& events, const Log& log) {
  return {.base_path = settings.base_path,
          .ways = ways(settings, events.stop.get()),
          .client_fd = events.client.ours.get(),
          .refuse =
              [&settings, &log, arrived = Clock::now()](Exchange& exchange, const Response& response) {
                answer_and_log(exchange, response, {settings.allowed_origins}, arrived, log);
              },
          .at_end = [&events] { ::eventfd_write(events.over.get(), 1); }};
}

/// Error: what could not be built. The exchange is answered either way.
Result<void> answer_one(std::unique_ptr<Exchange> exchange, Events& events, const Settings& settings,
                        const Log& log) {
  auto signals = Signals::take({SIGTERM, SIGINT, SIGQUIT, SIGHUP});
  if (!signals) return signals.error();
  auto orphans = Orphans::adopt();
  if (!orphans) return orphans.error();
  const auto state_dir = find_state_dir(settings.state_dir);
  if (!state_dir) return state_dir.error();
  const auto folders = make_state_folders(*state_dir);
  if (!folders) return folders.error();
  const auto workspaces = open_workspaces(settings);
  if (!workspaces) return workspaces.error();
  const auto tokens = make_tokens(settings, *folders, log);
  {
    const auto jobs = JobsDir::claim(folders->jobs);
    if (!jobs) return jobs.error();
    Keyring keyring;
    const AccessControl access(keyring);
    WrongTokens wrong_tokens(0);  // one request knows of no other
    InFlight in_flight(0);
    const auto launcher = make_spawn_launcher();
    const auto find_tools = [&] { return find_tools_for(settings, *folders).tools; };
    Runner runner(*launcher, **orphans, find_tools(), find_tools, jobs->path());
    Line line({.at_once = 1, .waiting = 0, .longest_wait = {}}, [] {});
    Versions versions(folders->versions, log);
    const auto routes = make_routes(*workspaces, log);
    Interfaces interfaces;
    Jobs kept_jobs(folders->jobs_file, log);
    ApiDocuments documents(interfaces, *routes, headers_of(keyring));
    const RunEnvironment environment = run_environment(settings);
    Counts counts;  // of one request: nobody will read them
    Recorder recorder(kept_jobs, settings.keep_jobs, log);
    UploadRoom uploads(static_cast<std::size_t>(settings.uploads_limit_bytes));
    const Api api({settings, *workspaces,       *routes, versions,     interfaces, documents,
                   log,      *tokens,           access,  wrong_tokens, in_flight,  runner,
                   line,     events.stop.get(), counts,  environment,  nullptr,    jobs->path(),
                   uploads,  kept_jobs,         recorder});
    // The main thread must start no process.
    const Thread handling(handling_stack_bytes, [&] { api.handle(std::move(exchange)); });
    wait_until_over(events, *signals, **orphans);
  }
  (*orphans)->end_all(Clock::now() + longest_sweep);
  // The request is answered by now, and waits for no other's left-overs.
  clear_the_dead(folders->jobs);
  write_last_uses(*tokens, log);
  Jobs kept_jobs(folders->jobs_file, log);
  prune_daily(settings, *folders, kept_jobs, log);
  return {};
}

}  // namespace

int serve_once(const CgiVariables& variables, Settings settings) {
  forbid_inspection();
  settings.runs_at_once = 1;
  settings.waiting_limit = 0;
  settings.metrics = MetricsFor::nobody;
  const Log log(settings.log_format, settings.log_level);
  try {
    auto events = Events::make();
    if (!events) return refuse_once(variables, events.error().message);
    // Before signals are taken: until the request is there, SIGTERM may simply end this process.
    auto exchange = read_cgi(variables, cgi_options(settings, *events, log));
    if (!exchange) return EXIT_SUCCESS;
    const auto answered = answer_one(std::move(exchange), *events, settings, log);
    if (answered) return EXIT_SUCCESS;
    log.error("cannot serve", {{"why", answered.error().message}});
  } catch (const std::exception& error) {
    log.error("request broken off", {{"why", error.what()}});
  }
  return EXIT_FAILURE;
}

int refuse_once(const CgiVariables& variables, const std::string& why) {
  const Log log(LogFormat::text, LogLevel::error);
  log.error("cannot serve", {{"why", why}});
  refuse_cgi(error_response(ServerError::internal, "the server cannot serve; its log says why"), variables,
             ways(Settings(), -1));
  return EXIT_FAILURE;
}

}  // namespace towermill
