#include "handler/api/busy.h"

#include <fmt/format.h>

#include <string>

#include "handler/reply/errors.h"

namespace towermill {

namespace {

std::string limit(Hindrance hindrance, const ScriptMeta& meta, const Settings& settings) {
  switch (hindrance) {
    case Hindrance::workspace_runs_at_once:
      return fmt::format("workspace_runs_at_once {}", settings.workspace_runs_at_once);
    case Hindrance::concurrent_limit:
      if (meta.concurrency_time_window_s == 0)
        return fmt::format("the script's concurrent_limit {}", meta.concurrent_limit);
      return fmt::format("the script's concurrent_limit {} in concurrency_time_window_s {}",
                         meta.concurrent_limit, meta.concurrency_time_window_s);
    default:
      return fmt::format("runs_at_once {}", settings.runs_at_once);
  }
}

std::string sentence(Refusal why, const std::string& limit, const Settings& settings) {
  switch (why) {
    case Refusal::no_room:
      return fmt::format("the waiting line is full, waiting_limit {}; it waits for {}",
                         settings.waiting_limit, limit);
    case Refusal::too_late:
      return fmt::format("the request waited longer than waiting_ms {} for {}", settings.waiting_ms, limit);
    default:
      return "the server is stopping";
  }
}

}  // namespace

Response busy_response(const NoTurn& no_turn, const Job& job, const Settings& settings) {
  const std::string in_the_way = limit(no_turn.hindrance, job.script->meta, settings);
  return error_response(ServerError::busy, sentence(no_turn.why, in_the_way, settings),
                        std::to_string(no_turn.come_back.count()));
}

Response caller_busy_response(const Settings& settings) {
  return error_response(ServerError::caller_busy, std::to_string(settings.caller_requests_at_once));
}

}  // namespace towermill
