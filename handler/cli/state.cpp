#include "handler/cli/state.h"

#include <sys/stat.h>
#include <unistd.h>

#include <string_view>

#include "handler/app/state_dir.h"
#include "runner/base/text.h"

namespace towermill {

namespace {

constexpr std::int64_t longest_s = 36'500 * std::int64_t{86'400};

Result<void> become_owner_of(const std::string& folder) {
  struct stat info {};
  if (::geteuid() != 0 || ::stat(folder.c_str(), &info) != 0 || info.st_uid == 0) return {};
  if (::setegid(info.st_gid) != 0 || ::seteuid(info.st_uid) != 0)
    return os_error("cannot become the owner of " + folder);
  return {};
}

}  // namespace

Result<StateFolders> state_of_server(const Settings& settings) {
  const std::string& named = settings.state_dir.empty() ? Settings().state_dir : settings.state_dir;
  if (auto done = become_owner_of(named); !done) return done.error();
  const auto state_dir = find_state_dir(settings.state_dir);
  if (!state_dir) return state_dir.error();
  return make_state_folders(*state_dir);
}

std::optional<std::int64_t> seconds_in(const std::string& text) {
  const auto number = to_integer(std::string_view(text).substr(0, text.empty() ? 0 : text.size() - 1));
  const std::int64_t unit = text.ends_with("d") ? 86'400 : text.ends_with("h") ? 3'600 : 0;
  if (unit == 0 || !number || *number < 1 || *number > longest_s / unit) return std::nullopt;
  return *number * unit;
}

}  // namespace towermill
