#include "handler/app/inherited.h"

#include <fcntl.h>
#include <unistd.h>

#include <csignal>

#include "runner/base/fd.h"

namespace towermill {

// What we open would take the number of what is closed, and answers and log lines would go there. FastCGI
// even promises closed ones. And where SIGCHLD is ignored, no child's end is told of: each would pass for a
// success.
Result<void> complete_inheritance() {
  ::signal(SIGCHLD, SIG_DFL);
  for (;;) {
    UniqueFd null(::open("/dev/null", O_RDWR | O_CLOEXEC));
    if (!null) return os_error("cannot open /dev/null");
    if (null.get() > STDERR_FILENO) return {};
    null.release();  // NOLINT(bugprone-unused-return-value): it stays
  }
}

}  // namespace towermill
