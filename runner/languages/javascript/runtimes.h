#pragma once
// How each runtime is started for a script. All functions are thread-safe.

#include <string>
#include <string_view>

#include "runner/languages/language.h"

namespace towermill {

/// The runtime is there; `spec` and `tools` as Language::plan has them.
Planned plan_bun(const RunSpec& spec, const Tools& tools);
Planned plan_deno(const RunSpec& spec, const Tools& tools);
Planned plan_node(const RunSpec& spec, const Tools& tools);

/// Where the script lies ready to be loaded, if not as the bytes in the frame.
struct ScriptModule {
  std::string url;        // "file:///…"
  std::string root;       // the folder that stands for the workspace
  std::size_t shift = 0;  // how many characters stand in its first line before the script's own
};

/// Sets the plan's frames; with the script's bytes where `module` is null. `compiled` is the folder that
/// keeps what the runtime makes of them, if it is told of one that way.
void set_javascript_frames(Plan& plan, const RunSpec& spec, const ScriptModule* module = nullptr,
                           std::string_view compiled = {});

/// The frame of a further run: the process knows the parameters, but for the digits of integers.
std::string further_javascript_frame(const RunSpec& spec, const PlaceMessage& place);

/// The URL of an absolute path.
std::string file_url(const std::string& path);

/// memory_bytes as V8's --max-old-space-size takes it.
std::string heap_mib(const RunSpec& spec);

}  // namespace towermill
