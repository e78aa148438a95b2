#include <cstdlib>

#include "handler/app/keeper.h"
#include "handler/app/setup.h"
#include "handler/app/worker.h"
#include "handler/cli/commands.h"

namespace towermill {

int worker_command(const Settings& settings) {
  const Log log(settings.log_format, settings.log_level);
  forbid_inspection();
  return keep(Listener(), log, settings.stop_s, [&](const std::function<void()>& working) {
    const auto worked = work(settings, working);
    if (worked) return EXIT_SUCCESS;
    log.error("cannot work", {{"why", worked.error().message}});
    return exit_wrong_settings;
  });
}

}  // namespace towermill
