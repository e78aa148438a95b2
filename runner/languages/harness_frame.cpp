#include "runner/languages/harness_frame.h"

#include "runner/protocol/frames.h"

namespace towermill {

RunMessage run_message_of(const RunSpec& spec) {
  return {.job_id = spec.job_id,
          .path = spec.path,
          .file = spec.file,
          .source = *spec.source,
          .args = spec.args,
          .workspace_root = spec.workspace_root,
          .time_left_ms = spec.limits.timeout_s * 1000};
}

std::string harness_frame(const RunSpec& spec) { return make_frame(run_message(run_message_of(spec))); }

}  // namespace towermill
