#include "handler/app/server.h"

#include <sys/eventfd.h>
#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <exception>
#include <optional>
#include <utility>

#include "handler/api/answer.h"
#include "handler/api/api.h"
#include "handler/app/foundation.h"
#include "handler/app/last_uses.h"
#include "handler/app/upkeep.h"
#include "handler/front/front.h"
#include "handler/jobs/options.h"
#include "handler/jobs/scheduler.h"
#include "handler/jobs/workers.h"

namespace towermill {

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// Every run needs a handful of descriptors: idle connections must not take the last.
std::size_t most_idle_connections(const Settings& settings) {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  const auto kept =
      static_cast<std::size_t>(8 * settings.runs_at_once + settings.waiting_limit + settings.front_threads) +
      64;
  const auto all = static_cast<std::size_t>(limit.rlim_cur);
  return all > kept + 16 ? all - kept : 16;
}

FrontOptions front_options(const Listener& listener, const Settings& settings, const Log& log,
                           Counts& counts) {
  FrontOptions options;
  // An inherited socket outlives this server, and the next one takes who waits in it.
  options.leave_waiting = listener.path.empty();
  options.most_threads = static_cast<std::size_t>(settings.runs_at_once + settings.front_threads);
  options.most_idle = most_idle_connections(settings);
  options.fastcgi.base_path = settings.base_path;
  options.fastcgi.read_ms = static_cast<int>(settings.read_ms);
  options.fastcgi.write_ms = static_cast<int>(settings.write_ms);
  options.fastcgi.refused = [&](std::string_view why) {
    counts.count_broken_request();
    log.warning("broken request", {{"why", why}});
  };
  options.fastcgi.refuse = [&](Exchange& exchange, const Response& response, TimePoint begun) {
    counts.count_request(Endpoint::other, response.status);
    answer_and_log(exchange, response, {settings.allowed_origins}, begun, log);
  };
  return options;
}

/// Lets what is being read, what waits and what runs finish, for up to stop_s; a SIGQUIT meanwhile ends it.
void drain(int signal, Signals& signals, Front& front, Line& line, Workers& workers,
           const Settings& settings) {
  const TimePoint until = Clock::now() + seconds(settings.stop_s);
  while (signal != SIGQUIT && Clock::now() < until) {
    const TimePoint next = Clock::now() + milliseconds(50);
    // The front once more: who was in the line may have sent the next request on its connection.
    if (workers.wait_until_idle(next) && front.wait_until_idle(next) && line.wait_until_idle(next) &&
        front.wait_until_idle(next))
      return;
    signal = signals.next(Clock::now()).value_or(signal);
  }
}

/// Ends what still runs or is read. A run that cannot be killed (sudo) must not keep the server from ending.
void end_all(const Foundation& base, Front& front, Line& line, Workers& workers, WarmStarts& warm,
             const Log& log) {
  front.break_off();
  ::eventfd_write(base.stop.get(), 1);
  workers.end_all();
  line.close();
  const TimePoint until = Clock::now() + seconds(60);
  if (!line.wait_until_idle(until) || !front.wait_until_idle(until) || !workers.wait_until_idle(until)) {
    log.error("a run cannot be ended", {});
    ::_exit(EXIT_FAILURE);
  }
  // First the processes that these threads have started: each is killed at the end of its thread.
  warm.end();
  workers.join();
  front.join();
}

/// Throws nothing: an exception here would unwind what other threads still use. A broken server is started
/// anew.
void serve_until_stopped(Foundation& base, Front& front, Line& line, Workers& workers, WarmStarts& warm,
                         const Settings& settings, const Log& log) noexcept {
  const int signal = wait_for_stop(base);
  log.info("stopping", {{"signal", std::int64_t{signal}}});
  front.stop();
  workers.stop();
  drain(signal, base.signals, front, line, workers, settings);
  end_all(base, front, line, workers, warm, log);
  log.info("stopped", {});
}

Result<void> serve_on(Foundation& base, const Listener& listener, const Settings& settings, const Log& log,
                      const std::function<void()>& serving) {
  const FoundTools found = find_tools_for(settings, base.folders);
  tell_of_missing(found, log);
  Keyring keyring;
  const AccessControl access(keyring);
  const auto tokens = make_tokens(settings, base.folders, log);
  const LastUses last_uses(*tokens, log);
  WrongTokens wrong_tokens(settings.wrong_tokens_limit);
  InFlight in_flight(static_cast<std::size_t>(settings.caller_requests_at_once));
  Counts counts;
  for (const auto& [name, workspace] : base.workspaces) counts.add_workspace(name);
  const auto cold = make_spawn_launcher();
  WarmStarts warm(warm_options(settings, log), *cold, *base.orphans);
  Runner runner(
      warm, *base.orphans, found.tools, [&] { return find_tools_for(settings, base.folders).tools; },
      base.jobs.path());
  std::unique_ptr<Front> front;  // destroyed after the line, whose exchanges go back through it
  Line line({.at_once = static_cast<std::size_t>(settings.runs_at_once),
             .waiting = static_cast<std::size_t>(settings.waiting_limit),
             .longest_wait = milliseconds(settings.waiting_ms),
             .at_once_in_a_workspace = static_cast<std::size_t>(settings.workspace_runs_at_once)},
            [&front] { front->call_a_thread(); });
  Versions versions(base.folders.versions, log);
  const auto routes = make_routes(base.workspaces, log);
  Interfaces interfaces;
  Jobs kept_jobs(base.folders.jobs_file, log);
  ApiDocuments documents(interfaces, *routes, headers_of(keyring));
  const RunEnvironment environment = run_environment(settings);
  const Upkeep upkeep(settings, base.folders, kept_jobs, log);
  Recorder recorder(kept_jobs, settings.keep_jobs, log);
  UploadRoom uploads(static_cast<std::size_t>(settings.uploads_limit_bytes));
  const Api api({settings, base.workspaces, *routes, versions,     interfaces, documents,
                 log,      *tokens,         access,  wrong_tokens, in_flight,  runner,
                 line,     base.stop.get(), counts,  environment,  &warm,      base.jobs.path(),
                 uploads,  kept_jobs,       recorder});
  FrontOptions options = front_options(listener, settings, log, counts);
  options.called = [&line] { line.serve(); };
  auto started =
      Front::start(listener.socket.get(), std::move(options),
                   [&api](std::unique_ptr<Exchange> exchange) { api.handle(std::move(exchange)); });
  if (!started) return started.error();
  front = std::move(*started);
  Workers workers(
      {settings, base.workspaces, versions, log, *tokens, runner, line, counts, environment, kept_jobs},
      static_cast<std::size_t>(settings.job_runs_at_once));
  std::optional<Scheduler> scheduler;
  if (settings.schedules) scheduler.emplace(base.workspaces, kept_jobs, log);
  log.info("serving", {{"version", TOWERMILL_VERSION}});
  serving();

  serve_until_stopped(base, *front, line, workers, warm, settings, log);
  return {};
}

}  // namespace

Result<void> serve(const Listener& listener, const Settings& settings, const std::function<void()>& serving) {
  const Log log(settings.log_format, settings.log_level);
  auto base = Foundation::lay(settings);
  if (!base) return base.error();
  raise_descriptor_limit();
  return_large_memory_at_once();
  init_fastcgi();
  try {
    return serve_on(*base, listener, settings, log, serving);
  } catch (const std::exception& error) {
    return Error{error.what()};
  }
}

}  // namespace towermill
