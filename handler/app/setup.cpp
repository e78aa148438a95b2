#include "handler/app/setup.h"

#include <fcntl.h>
#include <malloc.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <cstdlib>
#include <utility>

namespace towermill {

namespace {

/// A folder of our own, or root's: nobody else can swap what is in it.
Result<UniqueFd> open_own_folder(const std::string& path, mode_t mode) {
  if (::mkdir(path.c_str(), mode) != 0 && errno != EEXIST) return os_error("cannot make " + path);
  UniqueFd folder(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder) return os_error("cannot open " + path);
  struct stat info {};
  if (::fstat(folder.get(), &info) != 0) return os_error("cannot look at " + path);
  if (info.st_uid != ::geteuid() && info.st_uid != 0) return Error{path + " belongs to another user"};
  return folder;
}

Result<std::string> make_private_folder(const std::string& path) {
  const auto folder = open_own_folder(path, 0700);
  if (!folder) return folder.error();
  if (::fchmod(folder->get(), 0700) != 0) return os_error("cannot make private: " + path);
  return path;
}

}  // namespace

Result<StateFolders> make_state_folders(const std::string& state_dir) {
  if (auto own = open_own_folder(state_dir, 0755); !own) return Error{"state_dir: " + own.error().message};
  char absolute[PATH_MAX];
  if (::realpath(state_dir.c_str(), absolute) == nullptr)
    return os_error("state_dir: cannot resolve " + state_dir);
  const auto below = [&](const char* name) { return std::string(absolute) + "/" + name; };
  auto jobs = make_private_folder(below(jobs_folder));
  if (!jobs) return jobs.error();
  auto cache = make_private_folder(below(cache_folder));
  if (!cache) return cache.error();
  auto versions = make_private_folder(below(versions_folder));
  if (!versions) return versions.error();
  return StateFolders{std::move(*jobs),     std::move(*cache),      std::move(*versions),
                      below(jobs_database), below(tokens_database), below("pruned")};
}

Result<Workspaces> open_workspaces(const Settings& settings) {
  Workspaces workspaces;
  for (const auto& [name, folder] : settings.workspaces) {
    auto workspace = Workspace::open(name, folder);
    if (!workspace) return Error{"workspace " + name + ": " + workspace.error().message};
    workspaces.emplace(name, std::move(*workspace));
  }
  return workspaces;
}

std::unique_ptr<HttpRoutes> make_routes(const Workspaces& workspaces, const Log& log) {
  std::vector<const Workspace*> all;
  for (const auto& [name, workspace] : workspaces) all.push_back(&workspace);
  return std::make_unique<HttpRoutes>(all, [&log](const std::string& workspace, const std::string& why) {
    log.warning("route cannot be served", {{"workspace", workspace}, {"why", why}});
  });
}

std::unique_ptr<Tokens> make_tokens(const Settings& settings, const StateFolders& folders, const Log& log) {
  return std::make_unique<Tokens>(settings.token_sha256, std::make_unique<TokenStore>(folders.tokens),
                                  [&log](std::string_view why) {
                                    if (why.empty()) return log.info("tokens can be read again", {});
                                    log.error("tokens cannot be read", {{"why", why}});
                                  });
}

HeaderOf headers_of(Keyring& keyring) {
  return [&keyring](const Workspace& workspace, const Authentication& authentication) {
    if (!needs_resource(authentication.method)) return std::string();
    const auto credentials = keyring.of(workspace.root(), authentication);
    return *credentials ? header_of(**credentials) : std::string();
  };
}

FoundTools find_tools_for(const Settings& settings, const StateFolders& folders) {
  return find_tools({.python = settings.python,
                     .bash = settings.bash,
                     .bun = settings.bun,
                     .deno = settings.deno,
                     .node = settings.node,
                     .esbuild = settings.esbuild,
                     .php = settings.php,
                     .javascript = settings.javascript,
                     .cache_dir = folders.cache},
                    settings.path);
}

WarmOptions warm_options(const Settings& settings, const Log& log) {
  return {.ahead = settings.warm_starts ? Ahead::yes : Ahead::no,
          .idle_s = settings.warm_idle_s,
          .memory_bytes = settings.warm_memory_bytes,
          .reuse_runs = settings.reuse_runs,
          .reuse_age_s = settings.reuse_age_s,
          .reuse_idle_s = settings.reuse_idle_s,
          .reuse_memory_bytes = settings.reuse_memory_bytes,
          .tell = [&log](std::string_view what, std::string_view why) {
            log.warning(what, {{"why", why}});
          }};
}

void forbid_inspection() { ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0); }

void return_large_memory_at_once() {
  ::mallopt(M_MMAP_THRESHOLD, 256 * 1024);
  ::mallopt(M_ARENA_MAX, 4);
}

void raise_descriptor_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace towermill
