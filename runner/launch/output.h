#pragma once
// What a run writes to its stdout and stderr, kept within limits: the log, the last line, the whole.

#include <cstdint>
#include <string>
#include <string_view>

namespace towermill {

/// The first `limit_bytes` of the log; the rest is counted, so that a flood costs nothing but its reading.
class RunLog {
 public:
  explicit RunLog(std::int64_t limit_bytes) : limit_(static_cast<std::size_t>(limit_bytes)) {}

  void append(std::string_view bytes);
  std::string_view text() const { return text_; }
  /// The text, ending with a line that says how much was cut, where something was.
  std::string take();

 private:
  std::size_t limit_;
  std::string text_;
  std::int64_t cut_ = 0;
};

/// The last line that is not blank, without its line end. A line longer than the limit is kept up to it.
class LastLine {
 public:
  explicit LastLine(std::int64_t limit_bytes) : limit_(static_cast<std::size_t>(limit_bytes)) {}

  void append(std::string_view bytes);
  std::string take();
  /// Whether the line that take() gives was cut. Asked after it.
  bool over_limit() const { return last_over_limit_; }

 private:
  void end_line();

  std::size_t limit_;
  std::string current_, last_;
  bool current_over_limit_ = false, last_over_limit_ = false;
};

}  // namespace towermill
