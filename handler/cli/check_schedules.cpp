#include "handler/cli/check_schedules.h"

#include <ctime>
#include <string>
#include <variant>

#include "handler/workspace/schedule.h"
#include "runner/base/rfc3339.h"
#include "runner/base/text.h"

namespace towermill {

namespace {

void check_schedule(const ScheduleFile& file, const Workspace& workspace, Report& report) {
  const std::string named = workspace.name() + ": " + file.file;
  if (!file.schedule)
    return report.wrong(printable(workspace.name() + ": " + file.schedule.error().message),
                        "until then nothing runs by it");
  const Schedule& schedule = *file.schedule;
  if (!schedule.enabled) return report.note(printable(named + " is not enabled"));
  if (std::holds_alternative<NotFound>(workspace.find(schedule.script_path)))
    return report.wrong(printable(named + " runs nothing: there is no script " + schedule.script_path), "");
  const auto next = schedule.next(std::time(nullptr));
  report.fine(printable("schedule " + file.path + " of " + workspace.name() + " runs " +
                        schedule.script_path + (next ? ", next at " + to_rfc3339(*next) : ", never again")));
}

}  // namespace

void check_schedules(const Workspace& workspace, Report& report) {
  for (const ScheduleFile& file : find_schedules(workspace.root())) {
    check_schedule(file, workspace, report);
    for (const std::string& slip : slips_in_schedule(file.text, file.file))
      report.note(workspace.name() + ": " + slip);
  }
}

}  // namespace towermill
