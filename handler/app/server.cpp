#include "handler/app/server.h"

#include <sys/eventfd.h>

#include <csignal>
#include <utility>

#include "handler/api/api.h"
#include "handler/app/setup.h"
#include "handler/app/signals.h"
#include "handler/front/front.h"
#include "runner/launch/work_dir.h"

namespace towermill {

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// How often to look for orphans that died or were left since the last run's sweep.
constexpr milliseconds sweep_interval{500};

FrontOptions front_options(const Settings& settings, const Log& log) {
  FrontOptions options;
  options.threads = static_cast<std::size_t>(settings.front_threads);
  options.fastcgi.base_path = settings.base_path;
  options.fastcgi.body_limit_bytes = static_cast<std::size_t>(settings.body_limit_bytes);
  options.fastcgi.read_ms = static_cast<int>(settings.read_ms);
  options.fastcgi.write_ms = static_cast<int>(settings.write_ms);
  options.fastcgi.refused = [&log](std::string_view why) {
    log.warning("connection refused", {{"why", why}});
  };
  return options;
}

/// Waits for a signal to stop, sweeping meanwhile.
int wait_for_stop(Signals& signals, Orphans& orphans) {
  for (;;) {
    if (const auto signal = signals.next(Clock::now() + sweep_interval)) return *signal;
    orphans.sweep();
  }
}

/// Lets what runs and waits finish, for up to stop_s; a SIGQUIT meanwhile ends it.
void drain(int signal, Signals& signals, Line& line, const Settings& settings) {
  const TimePoint until = Clock::now() + seconds(settings.stop_s);
  while (signal != SIGQUIT && Clock::now() < until) {
    if (line.wait_until_idle(Clock::now() + milliseconds(50))) return;
    signal = signals.next(Clock::now()).value_or(signal);
  }
}

}  // namespace

Result<void> serve(int listener, const Settings& settings) {
  const Log log(settings.log_format, settings.log_level);
  auto signals = Signals::take({SIGTERM, SIGINT, SIGQUIT});
  if (!signals) return signals.error();
  auto orphans = Orphans::adopt();
  if (!orphans) return orphans.error();
  const auto folders = make_state_folders(settings.state_dir);
  if (!folders) return folders.error();
  const auto claimed = claim_folder(folders->jobs);
  if (!claimed) return claimed.error();
  for (const std::string& folder : {folders->jobs, folders->versions})
    if (auto cleared = clear_left_overs(folder); !cleared) return cleared.error();
  const auto workspaces = open_workspaces(settings);
  if (!workspaces) return workspaces.error();
  const auto stop = make_eventfd();
  if (!stop) return stop.error();
  raise_descriptor_limit();
  init_fastcgi();

  const FoundTools tools = find_tools_for(settings, *folders);
  for (const std::string& missing : tools.missing) log.warning("interpreter missing", {{"what", missing}});
  Tokens tokens(settings.token_sha256);
  const auto launcher = make_spawn_launcher();
  Runner runner(*launcher, **orphans, tools.tools, folders->jobs);
  std::unique_ptr<Front> front;  // outlives the line: its exchanges go back through it
  Line line({.at_once = static_cast<std::size_t>(settings.runs_at_once),
             .waiting = static_cast<std::size_t>(settings.waiting_limit),
             .longest_wait = milliseconds(settings.waiting_ms)});
  const Api api({settings, *workspaces, log, tokens, runner, line, stop->get()});
  auto started =
      Front::start(listener, front_options(settings, log),
                   [&api](std::unique_ptr<Exchange> exchange) { api.handle(std::move(exchange)); });
  if (!started) return started.error();
  front = std::move(*started);
  log.info("serving", {{"version", TOWERMILL_VERSION}});

  const int signal = wait_for_stop(*signals, **orphans);
  log.info("stopping", {{"signal", std::int64_t{signal}}});
  front->stop();
  front->join();
  drain(signal, *signals, line, settings);
  ::eventfd_write(stop->get(), 1);
  line.close();
  line.wait_until_idle(Clock::now() + seconds(60));
  log.info("stopped", {});
  return {};
}

}  // namespace towermill
