#include "runner/launch/output.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "runner/base/text.h"

namespace towermill {

void RunLog::append(std::string_view bytes) {
  const std::size_t kept = std::min(bytes.size(), limit_ - text_.size());
  text_.append(bytes.substr(0, kept));
  cut_ += static_cast<std::int64_t>(bytes.size() - kept);
}

std::string RunLog::take() {
  if (cut_ > 0) {
    if (!text_.empty() && text_.back() != '\n') text_ += '\n';
    text_ += fmt::format("[{} bytes of log cut, log_limit_bytes is {}]\n", cut_, limit_);
  }
  return std::move(text_);
}

void LastLine::append(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto end = bytes.find('\n');
    const std::string_view piece = bytes.substr(0, end);
    const std::size_t kept = std::min(piece.size(), limit_ - current_.size());
    current_.append(piece.substr(0, kept));
    current_over_limit_ = current_over_limit_ || kept < piece.size();
    if (end == std::string_view::npos) return;
    end_line();
    bytes.remove_prefix(end + 1);
  }
}

void LastLine::end_line() {
  if (!trim(current_).empty()) {
    last_.swap(current_);
    last_over_limit_ = current_over_limit_;
  }
  current_.clear();
  current_over_limit_ = false;
}

std::string LastLine::take() {
  end_line();
  return std::string(trim(last_));
}

}  // namespace towermill
