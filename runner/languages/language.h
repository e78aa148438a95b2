#pragma once
// What a language is to the runner: how a script of it becomes a process, and how its answer is read.
// A language is one folder and one row of the table in table.cpp.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "runner/languages/source/parameter.h"
#include "runner/protocol/limits.h"
#include "runner/protocol/messages.h"
#include "runner/protocol/outcome.h"

namespace towermill {

/// Which runtime runs a script in JavaScript or TypeScript whose name picks none.
enum class JavaScript { automatic, bun, deno, node };

/// Where the interpreters are, found once at start, and where stored copies of scripts may live. Paths are
/// absolute, and empty for what is missing.
struct Tools {
  std::string python = {};
  std::string bash = {};
  std::string bun = {};
  std::string deno = {};
  std::string node = {};
  std::string esbuild = {};
  std::string php = {};
  JavaScript javascript = JavaScript::automatic;
  std::string cache_dir = {};  // private to the server, on a file system that allows exec

  bool operator==(const Tools&) const = default;
};

/// Whether a script's preprocessor takes the args, and makes those of main, in the same process.
enum class Preprocess { no, yes };
inline constexpr std::string_view preprocessor_name = "preprocessor";

/// Whether a process may serve one run of a script after the other (`dedicated_worker`).
enum class Reuse { no, yes };

/// One run of one script: all that a process needs, and nothing of the request but its args.
struct RunSpec {
  std::string job_id;
  std::string path;  // "f/folder/name"
  std::string file;  // "f/folder/name.py", relative to the workspace; what stacks and messages call it
  std::shared_ptr<const std::string> source;  // the bytes that run
  std::string source_hash;                    // hex SHA-256 of path and bytes
  std::string workspace_root;                 // absolute
  std::string args;                           // the text of one JSON object, checked
  std::vector<std::string> environment;       // "NAME=value", the same for every run of the script
  std::vector<std::string> own_environment;   // "NAME=value", this run's alone; other names
  std::vector<std::string> preload;           // modules that its fork server is to have loaded
  Reuse reuse = Reuse::no;
  Preprocess preprocess = Preprocess::no;  // `yes` only where the language has preprocessors
  Limits limits;
};

/// What stdout means. stderr is always the log.
enum class Stdout { log, log_and_last_line, result };

/// What holds a process to its memory_bytes. Engines reserve far more address space than they use: their heap
/// has a limit of their own that the plan's argv sets, and what they may write to (RLIMIT_DATA) one that is
/// as much higher as they reserve; where an engine has no such setting, memory_bytes is what it may write to.
enum class MemoryLimit { address_space, written, engine };
inline constexpr std::int64_t engine_reserve_bytes = std::int64_t{1} << 30;

/// Whether a process may be started before its run is known.
enum class Ahead { no, yes };

/// What to start, and how to talk to it.
struct Plan {
  std::string_view run_name;                  // "python": what messages call the run; lives for ever
  std::string program;                        // absolute path
  std::vector<std::string> argv;              // argv[0] included; never holds anything of the request
  std::vector<std::string> environment = {};  // "NAME=value" beside the run's own; nothing of the request
  std::string stdin_bytes;                    // given as a file; empty: /dev/null
  // Sent on fd 3, a socket, which answers by frames: the script, then the run. Empty: no socket.
  std::string script_frame, frame;
  std::string values;  // readable on fd 3 as a file; only where frame is empty
  // With a frame only. `yes`: nothing else in here is this run's own but the frames.
  Ahead ahead = Ahead::no;
  // argv of a process that forks such ones, each as if it had been started so; empty: there is none. What it
  // may print is the operator's to read.
  std::vector<std::string> fork_server = {};
  Stdout stdout_use = Stdout::log;
  MemoryLimit memory_limit = MemoryLimit::address_space;
  std::string directory;  // absolute, where it starts; empty: in the run's own working directory
};

/// How a process ended, as wait(2) tells it.
struct ExitStatus {
  int code = 0;    // exit code, where signal is 0
  int signal = 0;  // the signal that killed it, else 0

  bool is_success() const { return code == 0 && signal == 0; }
};

/// What was collected of a process that answers by ending (its Plan has no frame).
struct Captured {
  std::string_view run_name;  // the plan's
  ExitStatus exit;
  std::string output;           // the whole stdout, or its last line, as the plan's stdout_use says
  std::string_view log;         // what of the log was kept
  int work_dir = -1;            // a descriptor of the run's working directory
  bool output_was_cut = false;  // the last line was longer than result_limit_bytes
};

/// What has to be done once before a script can start, in a process of its own that is part of the run: a
/// compiler's work, say.
struct Preparation {
  Plan plan;  // without a frame
  /// Keeps what the process made. Returned: the run is planned anew. Anything else is the run's outcome.
  std::function<Outcome(const Captured&)> finish;
};

using Planned = std::variant<Plan, Preparation, Outcome>;

class Language {
 public:
  virtual ~Language() = default;
  virtual std::string_view name() const = 0;  // as Windmill calls it: "python3", "bash", "executable"
  /// The parameters of the script's function of that name ("main"), as they stand in its source: nothing of
  /// it is run. nullopt: there is none, or it cannot be read. Thread-safe.
  virtual std::optional<std::vector<Parameter>> parameters(std::string_view /*source*/,
                                                           std::string_view /*function*/) const {
    return std::nullopt;
  }
  /// Whether a function `preprocessor_name` of a script may take its args before main does.
  virtual bool has_preprocessors() const { return false; }
  /// Why no script of these bytes can be started: what it needs is not installed. nullopt: it can.
  /// Thread-safe.
  virtual std::optional<NotStarted> missing(std::string_view /*source*/, const Tools& /*tools*/) const {
    return std::nullopt;
  }
  /// Whether dedicated_worker and preload in a script's yaml do anything. Thread-safe.
  virtual bool can_reuse() const { return true; }
  virtual bool can_preload() const { return false; }
  /// What to start, what to do before that, or why nothing is started (BadArgs, NotStarted, or Failed where
  /// the script cannot be read). Thread-safe.
  virtual Planned plan(const RunSpec& spec, const Tools& tools) const = 0;
  /// What a process is sent for a further run of a script that it has. Thread-safe.
  virtual std::string further_frame(const RunSpec& spec, const PlaceMessage& place) const;
  /// The outcome of a process that ended by itself without a frame. Thread-safe.
  virtual Outcome at_exit(const RunSpec& spec, const Captured& captured) const = 0;
};

/// One row of the table: the file-name endings, longest match first ("" is an executable without extension).
struct LanguageRow {
  std::string_view extension;  // ".py"
  const Language* language;    // lives for ever
};
const std::vector<LanguageRow>& language_table();

/// The outcome of a process that ended without giving a result: exit code or signal, in Windmill's words
/// (`exit code for "bash run": 1, last log lines:\n…`, at most 600 characters of log).
Failed ended_without_result(const Captured& captured);

}  // namespace towermill
