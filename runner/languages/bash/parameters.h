#pragma once
// The parameters of a Bash script, as Windmill reads them: the lines `name="$1"` and `name="${2:-default}"`.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace towermill {

struct BashParameter {
  std::string name;
  std::optional<std::string> default_value;  // as it stands behind ":-"

  bool operator==(const BashParameter&) const = default;
};

/// The parameters 1, 2, 3 … up to the first number that no line has. Where two lines have the
/// same number the last counts. A line counts that is
///   ^(\w+)="\$(?:(\d+)|\{(\d+)(?::-(.*))?\})"[\t ]*(#.*)?$
/// Defaults are bash's business: it evaluates the line itself.
std::vector<BashParameter> bash_parameters(std::string_view source);

}  // namespace towermill
