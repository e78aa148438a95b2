#include "runner/base/json.h"
#include "runner/base/text.h"
#include "runner/languages/javascript/harness.h"
#include "runner/languages/javascript/runtimes.h"
#include "runner/languages/javascript/shadow.h"
#include "runner/languages/stored_copy.h"

namespace towermill {

namespace embedded {
extern const std::string_view javascript_deno;
}  // namespace embedded

namespace {

constexpr std::string_view the_script = "the script";

/// Sends the imports of the stored script to the workspace, and those of the script itself to the stored one.
std::string import_map(const RunSpec& spec, const Shadow& shadow) {
  const std::string stored = file_url(shadow.root + "/" + spec.file);
  std::string map = "{\"imports\":{";
  const auto add = [&](const std::string& from, const std::string& to) {
    map += (map.ends_with('{') ? "" : ",") + json_quote(from) + ":" + json_quote(to);
  };
  for (const std::string top : {"/f/", "/u/"}) {
    add(file_url(shadow.root + top), file_url(spec.workspace_root + top));
    add("file://" + top, file_url(spec.workspace_root + top));
  }
  for (const std::string& root : {shadow.root, spec.workspace_root, std::string()}) {
    const std::string name = file_url(root + "/" + spec.file);
    add(name, stored);
    add(name.substr(0, name.rfind('.')), stored);  // an import may leave the ending out
  }
  return map + "}}";
}

/// Tells the stored script that it is the workspace's, in the line that is its first.
std::string prologue(const RunSpec& spec) {
  const std::string file = spec.workspace_root + "/" + spec.file;
  std::string text = "import.meta.url=" + json_quote(file_url(file)) +
                     ";import.meta.filename=" + json_quote(file) +
                     ";import.meta.dirname=" + json_quote(folder_of(file)) + ";";
  return spec.source->starts_with("#!") ? text + "//" : text;
}

}  // namespace

Planned plan_deno(const RunSpec& spec, const Tools& tools) {
  static const JsHarness harness = make_harness("deno.mjs", {embedded::javascript_deno});
  const auto shadow = make_shadow(spec, tools, "deno");
  if (!shadow) return not_stored(the_script, shadow.error());
  const std::string before = prologue(spec);
  const auto script = stored_copy(shadow->store, "w", spec.file, before + *spec.source);
  if (!script) return not_stored(the_script, script.error());
  const auto harness_file = stored_harness(harness, tools);
  if (!harness_file) return not_stored("the harness for Deno", harness_file.error());
  const auto map = stored_copy(shadow->store, "map", "import_map.json", import_map(spec, *shadow));
  if (!map) return not_stored(the_script, map.error());
  const auto downloads = cache_entry(tools.cache_dir, "deno");
  if (!downloads) return not_stored("Deno's downloads", downloads.error());

  Plan plan;
  plan.run_name = "deno";
  plan.program = tools.deno;
  plan.argv = {tools.deno,
               "run",
               "--allow-all",
               "--no-lock",
               "--no-config",
               "--no-check",
               "--unstable-sloppy-imports",  // "./other" is "./other.ts"
               "--import-map=" + *map,
               "--v8-flags=--max-old-space-size=" + heap_mib(spec)};
  // A script that names its packages "npm:…" gets them as Deno does, which looks either here or there.
  if (shadow->has_packages && spec.source->find("npm:") == std::string::npos)
    plan.argv.emplace_back("--node-modules-dir=manual");
  plan.argv.push_back(
      *harness_file);  // a file starts quicker than `deno eval`, which keeps a copy for each run
  plan.environment = {"DENO_DIR=" + *downloads, "DENO_NO_UPDATE_CHECK=1"};
  plan.memory_limit = MemoryLimit::engine;
  plan.ahead = Ahead::yes;
  const ScriptModule module{file_url(*script), shadow->root, before.size()};
  set_javascript_frames(plan, spec, &module);
  return plan;
}

}  // namespace towermill
