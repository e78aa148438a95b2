#pragma once
// The commands of the program, one file each. Each returns an exit status.

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "handler/config/settings.h"

namespace towermill {

/// `towermill serve`: keeper and server, in the foreground.
int serve_command(const Settings& settings);

/// `towermill worker`: keeper and worker, in the foreground: it runs jobs of the queue and answers nobody.
int worker_command(const Settings& settings);

struct RunArguments {
  std::string path;    // "f/examples/hello"
  std::string args;    // a JSON object; empty: none
  std::string folder;  // the workspace's; empty: the first of the settings, else the current folder
  bool show_head = false;
};
/// `towermill run`: one run in the terminal; the answer on stdout, the script's log on stderr.
int run_command(const Settings& settings, const RunArguments& arguments);

/// `towermill check`: everything that would fail later, each with how to mend it. Status 1 if anything would.
int check_command(const Settings& settings);

/// `towermill versions`: every script of the workspaces (`folder`: of this one) with its version at present.
int versions_command(const Settings& settings, const std::string& folder);

struct OpenApiArguments {
  std::string workspace;  // its name in the settings; empty: the only one
  std::string folder;     // of a workspace; empty: the settings'
};
/// `towermill openapi`: what a workspace can be asked for, as an OpenAPI document.
int openapi_command(const Settings& settings, const OpenApiArguments& arguments);

struct TokenArguments {
  enum class Does { create, list, revoke } does = Does::list;
  std::string label, expires, workspace;  // empty: none
  std::vector<std::string> scopes;        // empty: everything
  std::string prefix;                     // of the token to revoke
};
/// `towermill token`: makes, lists, revokes tokens, also while a server runs.
int token_command(const Settings& settings, const TokenArguments& arguments);

struct JobsArguments {
  enum class Does { list, show, logs, cancel, rerun, prune } does = Does::list;
  std::string id;                          // of the job in question
  std::string workspace, script;           // whose jobs are listed; empty: all
  std::vector<std::string> statuses = {};  // likewise
  std::size_t count = 30;                  // how many are listed, the newest
  bool json = false;                       // one object a line
  std::string reason;                      // of a cancel
  std::string older_than;                  // what is pruned, "30d"; or all but so many
  std::optional<std::size_t> keep = {};
};
/// `towermill jobs`: looks at jobs, cancels, repeats and forgets them, also while a server runs.
int jobs_command(const Settings& settings, const JobsArguments& arguments);

enum class Tables { settings, limits, errors, metrics, schemes, scopes };
/// `towermill settings`, `limits`, `errors`, `metrics`, `schemes`, `scopes`: the README's tables.
int tables_command(Tables table);

}  // namespace towermill
