#include "handler/config/nearest.h"

#include <algorithm>
#include <numeric>

namespace towermill {
namespace {

// Levenshtein's distance, one row at a time.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t corner = row[0]++;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t changed = corner + (a[i] == b[j] ? 0 : 1);
      corner = row[j + 1];
      row[j + 1] = std::min({changed, corner + 1, row[j] + 1});
    }
  }
  return row.back();
}

}  // namespace

std::string nearest(std::string_view word, const std::vector<std::string_view>& candidates) {
  std::string plain(word.substr(0, 64));  // longer is no slip, only work
  std::replace(plain.begin(), plain.end(), '-', '_');
  std::string_view best;
  std::size_t least = std::max<std::size_t>(1, plain.size() / 3) + 1;
  for (const std::string_view candidate : candidates) {
    // The start of a name, as in "timeout" for "timeout_s", is near too.
    const bool begins = plain.size() >= 4 && candidate.starts_with(plain);
    const std::size_t far = begins ? 1 : distance(plain, candidate);
    if (far < least) {
      least = far;
      best = candidate;
    }
  }
  return std::string(best);
}

}  // namespace towermill
