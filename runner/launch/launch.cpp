#include "runner/launch/launch.h"

namespace towermill {

std::string_view name_of(Way way) {
  switch (way) {
    case Way::start:
      return "start";
    case Way::fork:
      return "fork";
    case Way::standby:
      return "standby";
    case Way::reuse:
      return "reuse";
  }
  return "";
}

}  // namespace towermill
