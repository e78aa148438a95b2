#include "runner/pool/kept.h"

#include <fcntl.h>
#include <sys/socket.h>

#include "runner/pool/run_environment.h"
#include "runner/protocol/frames.h"
#include "runner/protocol/messages.h"

namespace towermill {

namespace {

constexpr int answer_moment_us = 5'000;

bool has_same_name(std::string_view one, std::string_view other) {
  return one.substr(0, one.find('=')) == other.substr(0, other.find('='));
}

/// What of `now` is not as it was. Nullopt: the names are others.
std::optional<std::vector<std::string>> changes(const std::vector<std::string>& before,
                                                const std::vector<std::string>& now) {
  if (before.size() != now.size()) return std::nullopt;
  std::vector<std::string> changed;
  for (std::size_t i = 0; i < now.size(); ++i) {
    if (before[i] == now[i]) continue;
    if (!has_same_name(before[i], now[i])) return std::nullopt;
    changed.push_back(now[i]);
  }
  return changed;
}

}  // namespace

void Kept::have_answers_waited_for() const {
  const int fd = child->channel.get();
  const timeval moment{.tv_sec = 0, .tv_usec = answer_moment_us};
  const int flags = ::fcntl(fd, F_GETFL);
  if (flags < 0 || ::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &moment, sizeof moment) != 0) return;
  ::fcntl(fd, F_SETFL, flags & ~O_NONBLOCK);
}

std::string Kept::first_place(const Launch& launch) {
  environment = launch.environment;
  shared_environment = launch.shared_environment;
  return make_frame(place_message({.environment = environment, .working_directory = launch.work_dir}));
}

std::string Kept::further_frame(const FurtherRun& run) {
  const auto own = environment.begin() + static_cast<std::ptrdiff_t>(shared_environment);
  const auto now = own_environment(run.spec, {environment.begin(), own}, folder->path());
  const auto changed = changes({own, environment.end()}, now);
  environment.erase(own, environment.end());
  environment.insert(environment.end(), now.begin(), now.end());
  return run.language.further_frame(run.spec, {.environment = changed ? *changed : environment,
                                               .working_directory = folder->path(),
                                               .told = changed ? Told::changes : Told::all});
}

}  // namespace towermill
