#include "runner/languages/javascript/javascript.h"

#include <algorithm>

#include "runner/base/text.h"
#include "runner/languages/javascript/runtimes.h"
#include "runner/languages/javascript/signature.h"
#include "runner/languages/tools.h"

namespace towermill {
namespace {

struct Runtime {
  JavaScript choice;
  std::string_view name;     // for people
  std::string_view program;  // what it is called in a folder of programs
  std::string Tools::*path;
  Planned (*plan)(const RunSpec& spec, const Tools& tools);
};

// In the order in which an automatic choice looks for them: the quickest to start comes first.
constexpr Runtime runtimes[] = {
    {JavaScript::bun, "Bun", "bun", &Tools::bun, plan_bun},
    {JavaScript::deno, "Deno", "deno", &Tools::deno, plan_deno},
    {JavaScript::node, "Node.js", "node", &Tools::node, plan_node},
};

/// Windmill's directive, a line of its own among the comments that a script begins with.
bool asks_for_node(std::string_view source) {
  while (!source.empty()) {
    const std::size_t length = std::min(source.find('\n'), source.size());
    const std::string_view line = trim(source.substr(0, length));
    if (line.starts_with("//") && trim(line.substr(2)) == "nodejs") return true;
    if (!line.empty() && !line.starts_with("//") && !line.starts_with("#!")) return false;
    source.remove_prefix(std::min(length + 1, source.size()));
  }
  return false;
}

/// The runtime of that choice; nullptr where an automatic one finds none.
const Runtime* find_runtime(JavaScript choice, const Tools& tools) {
  for (const Runtime& runtime : runtimes) {
    const bool fits =
        choice == JavaScript::automatic ? !(tools.*runtime.path).empty() : choice == runtime.choice;
    if (fits) return &runtime;
  }
  return nullptr;
}

// What V8 and Bun print when they give up: addresses and the server's paths, of no use to a caller. It begins
// with a line that begins so.
std::string_view without_crash_report(std::string_view log) {
  for (const std::string_view begin :
       {"<--- Last few GCs --->", "----- Native stack trace -----", "----- JavaScript stack trace -----",
        " 1: 0x", "#\n# Fatal",
        "==== C stack trace ====", "=====================", "ASSERTION FAILED: MemoryExhaustion"}) {
    if (log.starts_with(begin)) return "";
    log = log.substr(0, log.find('\n' + std::string(begin)));
  }
  return log;
}

/// With the workspace's files, and what is stored for the script, named from the workspace's root on.
std::string of_workspace(std::string_view log, const RunSpec& spec) {
  const std::string root = spec.workspace_root + "/", script = "/" + spec.file;
  std::string shown;
  while (!log.empty()) {
    const std::size_t end = std::min(log.find_first_of(" \t\n(\"'"), log.size());
    const std::string_view word = log.substr(0, end);
    const std::size_t at_root = word.find(root), at_script = word.find(script);
    shown += at_root != word.npos     ? word.substr(at_root + root.size())
             : at_script != word.npos ? word.substr(at_script + 1)
                                      : word;
    shown += log.substr(end, 1);
    log.remove_prefix(std::min(end + 1, log.size()));
  }
  return shown;
}

bool ran_out_of_memory(std::string_view log) {
  for (const std::string_view words :
       {"JavaScript heap out of memory", "JavaScript out of memory", "MemoryExhaustion"})
    if (log.find(words) != std::string_view::npos) return true;
  return false;
}

class JavaScriptLanguage : public Language {
 public:
  JavaScriptLanguage(std::string_view name, JavaScript choice) : name_(name), choice_(choice) {}

  std::string_view name() const override { return name_; }

  std::optional<std::vector<Parameter>> parameters(std::string_view source,
                                                   std::string_view function) const override {
    return js_signature(source, function);
  }

  bool has_preprocessors() const override { return true; }

  std::optional<NotStarted> missing(std::string_view source, const Tools& tools) const override {
    const Runtime* runtime = runtime_for(source, tools);
    if (runtime == nullptr)
      return NotStarted{"No JavaScript runtime is installed on the server",
                        "none of bun, deno and node was found"};
    return missing_tool(tools.*runtime->path, runtime->name, runtime->program);
  }

  Planned plan(const RunSpec& spec, const Tools& tools) const override {
    if (auto why = missing(*spec.source, tools)) return Outcome(std::move(*why));
    return runtime_for(*spec.source, tools)->plan(spec, tools);
  }

  std::string further_frame(const RunSpec& spec, const PlaceMessage& place) const override {
    return further_javascript_frame(spec, place);
  }

  Outcome at_exit(const RunSpec& spec, const Captured& captured) const override {
    Captured shown = captured;
    if (captured.exit.signal != 0) shown.log = without_crash_report(captured.log);
    const std::string log = of_workspace(shown.log, spec);
    shown.log = log;
    Failed failed = ended_without_result(shown);
    if (captured.exit.signal != 0 && ran_out_of_memory(captured.log))
      failed.message = "out of memory (memory_bytes): " + failed.message;
    return failed;
  }

 private:
  const Runtime* runtime_for(std::string_view source, const Tools& tools) const {
    if (choice_ != JavaScript::automatic) return find_runtime(choice_, tools);
    return find_runtime(asks_for_node(source) ? JavaScript::node : tools.javascript, tools);
  }

  std::string_view name_;
  JavaScript choice_;
};

}  // namespace

const Language& javascript_language() {
  static const JavaScriptLanguage language("bun", JavaScript::automatic);
  return language;
}

const Language& bun_language() {
  static const JavaScriptLanguage language("bun", JavaScript::bun);
  return language;
}

const Language& deno_language() {
  static const JavaScriptLanguage language("deno", JavaScript::deno);
  return language;
}

const Language& node_language() {
  static const JavaScriptLanguage language("nodejs", JavaScript::node);
  return language;
}

}  // namespace towermill
