#pragma once
// What a script says on its stdout for its caller to hear at once: lines that begin with "WM_STREAM: ".

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace towermill {

class StreamLines {
 public:
  /// Longer lines are none.
  static constexpr std::size_t longest_line_bytes = 1 << 20;

  /// Takes bytes as they come, and shows what each such line says, "\n" in it being a line end.
  void append(std::string_view bytes, const std::function<void(std::string_view)>& show);

 private:
  void end_line(const std::function<void(std::string_view)>& show);

  std::string line_;
  bool too_long_ = false;
};

}  // namespace towermill
