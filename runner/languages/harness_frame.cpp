#include "runner/languages/harness_frame.h"

#include "runner/protocol/frames.h"

namespace towermill {

ScriptMessage script_message_of(const RunSpec& spec) {
  return {
      .path = spec.path, .file = spec.file, .source = *spec.source, .workspace_root = spec.workspace_root};
}

RunMessage run_message_of(const RunSpec& spec) {
  return {.job_id = spec.job_id,
          .args = spec.args,
          .time_left_ms = spec.limits.timeout_s * 1000,
          .preprocessor = spec.preprocess == Preprocess::yes ? std::optional("[]") : std::nullopt,
          .after = spec.reuse == Reuse::yes ? AfterAnswer::stays : AfterAnswer::ends};
}

void set_frames(Plan& plan, const ScriptMessage& script, const RunMessage& run) {
  plan.script_frame = make_frame(script_message(script));
  plan.frame = make_frame(run_message(run));
}

void set_frames(Plan& plan, const RunSpec& spec) {
  set_frames(plan, script_message_of(spec), run_message_of(spec));
}

std::string Language::further_frame(const RunSpec& spec, const PlaceMessage& place) const {
  RunMessage run = run_message_of(spec);
  run.place = &place;
  return make_frame(run_message(run));
}

}  // namespace towermill
