#include "runner/languages/javascript/bundle.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <ctime>
#include <filesystem>
#include <optional>

#include "runner/base/crypto.h"
#include "runner/base/fd.h"
#include "runner/base/json.h"
#include "runner/base/private_files.h"
#include "runner/base/prune.h"
#include "runner/base/text.h"
#include "runner/languages/javascript/esbuild_errors.h"
#include "runner/languages/javascript/shadow.h"
#include "runner/languages/stored_copy.h"

namespace towermill {
namespace {

constexpr std::size_t most_source_bytes = 64 << 20;
constexpr std::string_view the_compiled = "the compiled script";

/// The hash of a file of the workspace, "" where it cannot be read.
std::string hash_of(const std::string& path) {
  const UniqueFd file(open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  const auto bytes = file ? read_all(file.get(), most_source_bytes) : Result<std::string>(Error{""});
  return bytes ? sha256_hex(*bytes) : "";
}

/// By the time that the kernel keeps: the other one is whatever a copy or an archive says, in the future too.
bool changed_since(const std::string& path, const timespec& time) {
  struct stat found {};
  if (stat(path.c_str(), &found) != 0) return true;
  return found.st_ctim.tv_sec > time.tv_sec ||
         (found.st_ctim.tv_sec == time.tv_sec && found.st_ctim.tv_nsec >= time.tv_nsec);
}

/// The kernel's own clock for files, which is a few milliseconds behind the others.
timespec file_time_now() {
  timespec now{};
  clock_gettime(CLOCK_REALTIME_COARSE, &now);
  return now;
}

/// The bundle that the list names, if all files of the list are what they were: its first line is the
/// bundle's name, each other one a file's hash and path.
std::optional<std::string> valid_bundle(const std::string& list) {
  const auto text = stored_text(list);
  if (!text) return std::nullopt;
  const std::vector<std::string> lines = split(*text, '\n');
  for (std::size_t i = 1; i < lines.size(); ++i) {
    const std::size_t blank = lines[i].find(' ');
    if (blank == std::string::npos || hash_of(lines[i].substr(blank + 1)) != lines[i].substr(0, blank))
      return std::nullopt;
  }
  return access(lines[0].c_str(), R_OK) == 0 ? std::optional(lines[0]) : std::nullopt;
}

/// What esbuild is asked to write, and what is made of it.
struct Making {
  RunSpec spec;
  std::string bundle, metafile, list;
  timespec began;
};

/// The files that went into the bundle, absolute, the script itself aside. The metafile has them relative to
/// the script's folder.
std::vector<std::string> inputs_of(const Making& making, const JsonValue& metafile) {
  std::vector<std::string> inputs;
  const JsonMember* found = metafile.find("inputs");
  const auto files = found != nullptr ? parse_json(found->raw) : Result<JsonValue>(Error{""});
  const std::filesystem::path folder = folder_of(making.spec.workspace_root + "/" + making.spec.file);
  const std::string script = file_name_of(making.spec.file);
  for (const JsonMember& input : files ? files->members : std::vector<JsonMember>())
    if (input.key != script) inputs.push_back((folder / input.key).lexically_normal());
  return inputs;
}

/// What was made long ago for other files, or by an esbuild that was ended: no run is about to load it.
void remove_outdated(const Making& making) {
  namespace fs = std::filesystem;
  const auto long_ago = fs::file_time_type::clock::now() - std::chrono::seconds(use_mark_s);
  for (const std::string& made : {making.bundle, making.metafile}) {
    std::error_code error;
    for (fs::directory_iterator at(folder_of(made), error), end; !error && at != end; at.increment(error)) {
      std::error_code gone;
      const fs::path& path = at->path();
      if (path.extension() == fs::path(made).extension() && path != made &&
          at->last_write_time(gone) < long_ago && !gone)
        fs::remove(path, gone);
    }
  }
}

Outcome keep(const Making& making, const Captured& captured) {
  const auto text = stored_text(making.metafile);
  unlink(making.metafile.c_str());
  if (!captured.exit.is_success()) return esbuild_failure(making.spec, captured);
  const auto metafile = text ? parse_json(*text) : Result<JsonValue>(Error{""});
  if (!metafile) return not_stored(the_compiled, Error{"esbuild left no list of files for " + making.bundle});
  std::string list = making.bundle;
  for (const std::string& input : inputs_of(making, *metafile)) {
    // Which version went in cannot be told: once more.
    if (changed_since(input, making.began)) {
      unlink(making.bundle.c_str());
      return Returned{"null"};
    }
    list += '\n' + hash_of(input) + ' ' + input;
  }
  if (auto stored = replace_file(making.list, list, 0400); !stored)
    return not_stored(the_compiled, stored.error());
  remove_outdated(making);
  return Returned{"null"};
}

/// esbuild's own settings: what begins with "/f/" or "/u/" is below the workspace's root.
std::string tsconfig(const RunSpec& spec) {
  return "{\"compilerOptions\":{\"baseUrl\":" + json_quote(spec.workspace_root) +
         R"(,"paths":{"/f/*":["f/*"],"/u/*":["u/*"]}}})";
}

Plan start_esbuild(const Making& making, const std::string& esbuild, const std::string& settings) {
  const RunSpec& spec = making.spec;
  const std::string file = spec.workspace_root + "/" + spec.file;
  const std::string url = json_quote(file_url(file));
  Plan plan;
  plan.run_name = "esbuild";
  plan.program = esbuild;
  plan.argv = {
      esbuild,
      "--bundle",
      "--platform=node",
      "--format=esm",
      "--target=node18",
      "--packages=external",
      "--keep-names",
      "--charset=utf8",
      "--sourcemap=inline",
      "--sources-content=false",
      "--log-level=error",
      "--color=false",
      spec.file.ends_with("ts") ? "--loader=ts" : "--loader=js",
      "--sourcefile=" + file_name_of(file),
      "--tsconfig=" + settings,
      "--outfile=" + making.bundle,
      "--metafile=" + making.metafile,
      "--define:import.meta.url=" + url,
      "--define:import.meta.filename=" + json_quote(file),
      "--define:import.meta.dirname=" + json_quote(folder_of(file)),
      "--banner:js=import{createRequire as $require}from'node:module';const require=$require(" + url + ");"};
  plan.stdin_bytes = *spec.source;
  plan.directory = folder_of(file);
  plan.memory_limit = MemoryLimit::engine;
  return plan;
}

}  // namespace

std::variant<ScriptModule, Preparation, Outcome> find_bundle(const RunSpec& spec, const Tools& tools) {
  if (tools.esbuild.empty())
    return Outcome(NotStarted{"Node.js on the server is too old for scripts without esbuild",
                              tools.node + " is older than 22.18, and no esbuild was found"});
  const auto shadow = make_shadow(spec, tools, "bundle");
  if (!shadow) return Outcome(not_stored(the_compiled, shadow.error()));
  const std::string list = shadow->store + "/list";
  if (const auto bundle = valid_bundle(list)) return ScriptModule{file_url(*bundle), shadow->root};
  const auto settings = stored_copy(shadow->store, "settings", "tsconfig.json", tsconfig(spec));
  if (!settings) return Outcome(not_stored(the_compiled, settings.error()));

  const std::string name = random_token();
  const Making making{spec, shadow->folder + "/" + name + ".mjs", shadow->store + "/" + name + ".json", list,
                      file_time_now()};
  return Preparation{start_esbuild(making, tools.esbuild, *settings),
                     [making](const Captured& captured) { return keep(making, captured); }};
}

}  // namespace towermill
