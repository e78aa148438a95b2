#include <fmt/core.h>

#include <cstdlib>

#include "handler/auth/permissions.h"
#include "handler/auth/schemes.h"
#include "handler/cli/commands.h"
#include "handler/observe/metric_rows.h"
#include "handler/reply/errors.h"

namespace towermill {

int tables_command(Tables table) {
  switch (table) {
    case Tables::settings:
      fmt::print("{}", settings_markdown());
      break;
    case Tables::limits:
      fmt::print("{}", limits_markdown());
      break;
    case Tables::errors:
      fmt::print("{}", errors_markdown());
      break;
    case Tables::scopes:
      fmt::print("{}", scopes_markdown());
      break;
    case Tables::metrics:
      fmt::print("{}", metrics_markdown());
      break;
    case Tables::schemes:
      fmt::print("{}", schemes_markdown());
      break;
  }
  return EXIT_SUCCESS;
}

}  // namespace towermill
