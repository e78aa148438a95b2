#pragma once
// What a start would find on the system, without making or changing anything: for `check`.

#include <string>
#include <vector>

namespace towermill {

struct Finding {
  enum Kind { fine, note, wrong } kind;
  std::string what;
  std::string mend = {};  // of what is wrong
};
using Findings = std::vector<Finding>;

/// Whether a start could make state_dir, and what is below it, its own. For root it looks for the user whose
/// server has worked there, as root is seldom the one that serves.
Findings look_at_state_dir(const std::string& state_dir);

/// Whether a start could put its socket at `path` and give it to `group` ("": nobody).
Findings look_at_socket(const std::string& path, const std::string& group);

}  // namespace towermill
