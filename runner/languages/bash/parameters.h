#pragma once
// The parameters of a Bash script, as Windmill reads them: the lines `name="$1"` and `name="${2:-default}"`.

#include <string>
#include <string_view>
#include <vector>

namespace towermill {

/// The names of the parameters 1, 2, 3 … up to the first number that no line has. Where two lines have the
/// same number the last counts. A line counts that is
///   ^(\w+)="\$(?:(\d+)|\{(\d+)(?::-(.*))?\})"[\t ]*(#.*)?$
/// Defaults are bash's business: it evaluates the line itself.
std::vector<std::string> bash_parameters(std::string_view source);

}  // namespace towermill
