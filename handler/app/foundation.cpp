#include "handler/app/foundation.h"

#include <csignal>
#include <utility>

namespace towermill {

namespace {

// How often to look for what was left since the last run's sweep.
constexpr std::chrono::milliseconds sweep_interval{500};

}  // namespace

Result<Foundation> Foundation::lay(const Settings& settings) {
  auto signals = Signals::take({SIGTERM, SIGINT, SIGQUIT});
  if (!signals) return signals.error();
  auto orphans = Orphans::adopt();
  if (!orphans) return orphans.error();
  auto folders = make_state_folders(settings.state_dir);
  if (!folders) return folders.error();
  clear_the_dead(folders->jobs);
  auto jobs = JobsDir::claim(folders->jobs);
  if (!jobs) return jobs.error();
  auto workspaces = open_workspaces(settings);
  if (!workspaces) return workspaces.error();
  auto stop = make_eventfd();
  if (!stop) return stop.error();
  return Foundation{std::move(*signals), std::move(*orphans),    std::move(*folders),
                    std::move(*jobs),    std::move(*workspaces), std::move(*stop)};
}

void tell_of_missing(const FoundTools& found, const Log& log) {
  for (const std::string& missing : found.missing) log.warning("interpreter missing", {{"what", missing}});
}

int wait_for_stop(Foundation& base) {
  for (;;) {
    if (const auto signal = base.signals.next(Clock::now() + sweep_interval)) return *signal;
    base.orphans->sweep();
    clear_the_dead(base.folders.jobs);
  }
}

}  // namespace towermill
