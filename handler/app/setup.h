#pragma once
// The pieces that whatever runs scripts needs (a server, one CGI request, the terminal), made from the
// settings.

#include <memory>
#include <string>

#include "handler/api/services.h"
#include "handler/config/settings.h"
#include "runner/base/result.h"
#include "runner/languages/tools.h"
#include "runner/pool/warm_starts.h"

namespace towermill {

// The private folders below state_dir.
inline constexpr const char* jobs_folder = "jobs";
inline constexpr const char* cache_folder = "cache";
inline constexpr const char* versions_folder = "versions";
inline constexpr const char* jobs_database = "jobs.db";
inline constexpr const char* tokens_database = "tokens.db";

/// Where they are.
struct StateFolders {
  std::string jobs;   // one folder a process that runs scripts (JobsDir), and in it one a run
  std::string cache;  // stored copies of programs and harnesses, what compilers and runtimes made of scripts
  std::string versions;   // the scripts that were run, by version
  std::string jobs_file;  // the database of jobs
  std::string tokens;     // the database of tokens; it may not be there
  std::string pruned;     // a file whose time tells when a short-lived process last pruned the two
};

/// Makes them, 0700 and ours. Error: they cannot be made, or belong to somebody else.
Result<StateFolders> make_state_folders(const std::string& state_dir);

/// Opens every workspace of the settings. Error: which one, and why.
Result<Workspaces> open_workspaces(const Settings& settings);

/// The custom routes of all workspaces; `log` hears of those that cannot be served, and outlives them.
std::unique_ptr<HttpRoutes> make_routes(const Workspaces& workspaces, const Log& log);

/// Those of the settings and of the store; `log` hears when that cannot be read, and outlives them.
std::unique_ptr<Tokens> make_tokens(const Settings& settings, const StateFolders& folders, const Log& log);

/// By which header a route's callers are known, for who describes it; the keyring outlives what is given.
HeaderOf headers_of(Keyring& keyring);

/// The interpreters, found once, and a sentence for each that is missing.
FoundTools find_tools_for(const Settings& settings, const StateFolders& folders);

/// How much is made ahead, and where that tells of its troubles. `log` outlives what it is used for.
WarmOptions warm_options(const Settings& settings, const Log& log);

/// No script of the same user may read this process's memory or environment. Best effort.
void forbid_inspection();

/// Bodies and results of megabytes go back to the system when they are done with, and are not kept for later.
void return_large_memory_at_once();

/// Each run needs a handful of descriptors: as many as the hard limit allows.
void raise_descriptor_limit();

}  // namespace towermill
