#include "handler/workspace/versions.h"

#include <algorithm>
#include <memory>
#include <utility>
#include <variant>

#include "runner/base/prune.h"

namespace towermill {
namespace {

using Found = std::shared_ptr<const Script>;

constexpr std::size_t most_known = 16'384;
// How far ahead of its share looking for unknown versions may be.
constexpr std::chrono::seconds scan_credit{20};

std::string key_of(const Workspace& workspace, const std::string& version) {
  return workspace.name() + "/" + version;
}

bool is_that(const Lookup& lookup, const std::string& version) {
  const auto* script = std::get_if<Found>(&lookup);
  return script != nullptr && (*script)->version() == version;
}

std::unordered_map<std::string, std::string> versions_in(const Workspace& workspace) {
  std::unordered_map<std::string, std::string> paths;
  for (const std::string& path : workspace.list()) {
    const Lookup lookup = workspace.find(path);
    if (const auto* script = std::get_if<Found>(&lookup)) paths.emplace((*script)->version(), path);
  }
  return paths;
}

}  // namespace

bool is_version(std::string_view text) {
  return text.size() == Script::version_digits &&
         text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

Lookup Versions::find(const Workspace& workspace, const std::string& version) {
  if (!is_version(version)) return NotFound{};
  const auto known = known_path(key_of(workspace, version));
  // What is there now comes first: it is read already, and its file may have another ending by now.
  if (known) {
    if (auto present = workspace.find(*known); is_that(present, version)) return present;
  }
  auto kept = store_.find(workspace.name(), version);
  if (!kept) log_.error("version cannot be used", {{"version", version}, {"why", kept.error().message}});
  if (kept && *kept) {
    if (auto present = workspace.find((*kept)->path); is_that(present, version)) return present;
    return workspace.at_present(std::move(**kept));
  }
  const auto path = known ? known : scanned_path(workspace, version);
  if (!path) return NotFound{};
  auto present = workspace.find(*path);
  if (is_that(present, version) || std::holds_alternative<Unusable>(present)) return present;
  return NotFound{};
}

void Versions::told_of(const Workspace& workspace, const Script& script) {
  const std::string key = key_of(workspace, script.version());
  if (!known_path(key)) know(key, {script.path, {}});
}

void Versions::keep(const Workspace& workspace, const Script& script) {
  const std::string key = key_of(workspace, script.version());
  {
    const std::lock_guard lock(mutex_);
    const auto found = known_.find(key);
    if (found != known_.end() && found->second.kept &&
        Clock::now() < *found->second.kept + std::chrono::seconds(use_mark_s))
      return;
  }
  if (const auto kept = store_.keep(workspace.name(), script); !kept)
    log_.warning("version not kept", {{"path", script.path}, {"why", kept.error().message}});
  know(key, {script.path, Clock::now()});
}

std::optional<std::string> Versions::known_path(const std::string& key) {
  const std::lock_guard lock(mutex_);
  const auto found = known_.find(key);
  return found != known_.end() ? std::optional(found->second.path) : std::nullopt;
}

void Versions::know(const std::string& key, const Known& known) {
  const std::lock_guard lock(mutex_);
  // Full is rare, and everything in it can be found anew.
  if (known_.size() >= most_known) known_.clear();
  known_[key] = known;
}

/// One scan at a time; who asks meanwhile waits for it, and has its result.
std::optional<std::string> Versions::scanned_path(const Workspace& workspace, const std::string& version) {
  const std::lock_guard lock(scan_mutex_);
  Scan& scan = scans_[workspace.name()];
  const TimePoint started = Clock::now();
  if (!scan.paths.contains(version) && scan.paid < started + scan_credit) {
    scan.paths = versions_in(workspace);
    scan.paid = std::max(scan.paid, started) + scan_share_ * (Clock::now() - started);
  }
  const auto found = scan.paths.find(version);
  return found != scan.paths.end() ? std::optional(found->second) : std::nullopt;
}

}  // namespace towermill
