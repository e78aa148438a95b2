#include "runner/base/result.h"

#include <cerrno>
#include <system_error>

namespace towermill {

Error os_error(std::string_view what) { return os_error(what, errno); }

Error os_error(std::string_view what, int number) {
  return Error{std::string(what) + ": " + std::generic_category().message(number), number};
}

}  // namespace towermill
