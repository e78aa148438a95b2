#include "runner/launch/stream_lines.h"

namespace towermill {

namespace {

constexpr std::string_view mark = "WM_STREAM: ";

std::string with_line_ends(std::string_view text) {
  std::string whole;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool is_end = text[i] == '\\' && i + 1 < text.size() && text[i + 1] == 'n';
    whole += is_end ? '\n' : text[i];
    if (is_end) ++i;
  }
  return whole;
}

}  // namespace

void StreamLines::append(std::string_view bytes, const std::function<void(std::string_view)>& show) {
  while (!bytes.empty()) {
    const std::size_t end = bytes.find('\n');
    const std::string_view part = bytes.substr(0, end);
    // What cannot become such a line is not kept.
    const std::string_view begin = std::string_view(line_).substr(0, mark.size());
    too_long_ =
        too_long_ || line_.size() + part.size() > longest_line_bytes || begin != mark.substr(0, begin.size());
    if (!too_long_) line_ += part;
    if (end == std::string_view::npos) return;
    end_line(show);
    bytes.remove_prefix(end + 1);
  }
}

void StreamLines::end_line(const std::function<void(std::string_view)>& show) {
  if (!too_long_ && line_.starts_with(mark))
    show(with_line_ends(std::string_view(line_).substr(mark.size())));
  line_.clear();
  too_long_ = false;
}

}  // namespace towermill
