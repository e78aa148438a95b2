#include "runner/pool/run_time.h"

#include <algorithm>
#include <cmath>

namespace towermill {

std::chrono::seconds time_until_turn(std::size_t ahead, std::size_t at_once,
                                     std::chrono::duration<double> run) {
  constexpr double most = 60;
  const double rounds =
      static_cast<double>(ahead + 1) / static_cast<double>(std::max<std::size_t>(at_once, 1));
  const double wait = std::clamp(std::ceil(rounds * run.count()), 1.0, most);
  return std::chrono::seconds(static_cast<long>(wait));
}

}  // namespace towermill
