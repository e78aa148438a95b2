#pragma once
// A process that stays for further runs of its script, and what it knows.

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runner/base/clock.h"
#include "runner/launch/launch.h"
#include "runner/launch/orphans.h"

namespace towermill {

/// For one thread at a time.
struct Kept {
  std::string key;
  std::unique_ptr<Child> child;
  std::shared_ptr<Orphans::Living> living;  // what it leaves behind stays as long as it does
  std::vector<std::string> environment;     // as it was told last
  std::size_t shared_environment = 0;       // of that, at its beginning
  std::string_view run_name;                // its plan's
  std::optional<WorkDir> folder;
  std::int64_t runs = 0, bytes = 0;  // bytes: as weighed last
  std::chrono::milliseconds grace{};
  TimePoint started = Clock::now(), used = started, weighed = started, limited{};

  /// Lets recv() on its channel wait for a moment: most answers come soon. One that does not is waited for
  /// with all else that may happen meanwhile.
  void have_answers_waited_for() const;

  /// What tells it the place of its first run, and, in its folder, all of a further one.
  std::string first_place(const Launch& launch);
  std::string further_frame(const FurtherRun& run);
};

}  // namespace towermill
