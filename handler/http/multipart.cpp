#include "handler/http/multipart.h"

#include <algorithm>
#include <cerrno>

#include "handler/http/header_parameters.h"

namespace towermill {
namespace {

constexpr std::size_t longest_boundary = 70;
constexpr std::string_view line_end = "\r\n";
constexpr std::string_view header_end = "\r\n\r\n";

// The blanks that may follow a delimiter (RFC 2046 section 5.1.1) are no place to hide a megabyte.
constexpr std::size_t most_padding_bytes = 256;

bool is_boundary(std::string_view text) {
  const auto is_allowed = [](char c) { return c >= ' ' && c <= '~'; };
  return !text.empty() && text.size() <= longest_boundary && text.back() != ' ' &&
         std::all_of(text.begin(), text.end(), is_allowed);
}

Error over(std::string_view limit, std::size_t value) {
  return Error{std::string(limit) + ' ' + std::to_string(value), EFBIG};
}

}  // namespace

Result<std::string> boundary_of(std::string_view content_type) {
  const auto header = parse_parameters(content_type);
  if (!header) return Error{"in the Content-Type " + header.error().message};
  const HeaderParameter* boundary = header->find("boundary");
  if (boundary == nullptr) return Error{"the Content-Type names no boundary"};
  if (!is_boundary(boundary->value)) return Error{"the boundary is not one to 70 visible characters"};
  return boundary->value;
}

// The first delimiter may stand at the very beginning: a line end is put before the body.
MultipartParser::MultipartParser(std::string_view boundary, const MultipartLimits& limits,
                                 PartReceiver& receiver)
    : delimiter_("\r\n--" + std::string(boundary)), limits_(limits), receiver_(receiver), held_(line_end) {}

Result<void> MultipartParser::take(std::string_view bytes) {
  if (state_ == State::epilogue) return {};
  held_ += bytes;
  auto went_on = step();
  while (went_on && *went_on) went_on = step();
  held_.erase(0, at_);
  at_ = 0;
  return went_on ? Result<void>() : went_on.error();
}

Result<void> MultipartParser::finish() const {
  if (state_ == State::epilogue) return {};
  if (state_ == State::preamble) return Error{"the boundary that its Content-Type names is not in it"};
  return Error{"it ends before its last delimiter"};
}

/// Goes on by one delimiter, header or piece of content. False: more bytes are needed.
Result<bool> MultipartParser::step() {
  switch (state_) {
    case State::preamble:
      return skip_to_delimiter();
    case State::delimiter:
      return after_delimiter();
    case State::header:
      return read_header();
    case State::content:
      return read_content();
    default:
      at_ = held_.size();
      return false;
  }
}

/// The next delimiter, or where one may begin that is not all there yet.
MultipartParser::Found MultipartParser::find_delimiter() const {
  const std::size_t found = rest().find(delimiter_);
  if (found != std::string_view::npos) return {found, true};
  const std::size_t tail = delimiter_.size() - 1;
  return {rest().size() - std::min(rest().size(), tail), false};
}

Result<bool> MultipartParser::skip_to_delimiter() {
  const Found found = find_delimiter();
  at_ += found.before + (found.whole ? delimiter_.size() : 0);
  if (found.whole) state_ = State::delimiter;
  return found.whole;
}

Result<bool> MultipartParser::after_delimiter() {
  if (rest().size() < 2) return false;
  if (rest().starts_with("--")) {
    state_ = State::epilogue;
    return true;
  }
  const std::size_t padding = std::min(rest().find_first_not_of(" \t"), rest().size());
  if (padding > most_padding_bytes) return Error{"blanks follow a delimiter"};
  if (rest().size() - padding < line_end.size()) return false;
  if (!rest().substr(padding).starts_with(line_end))
    return Error{"something follows a delimiter on its line"};
  if (parts_++ == limits_.parts) return over("multipart_parts_limit", limits_.parts);
  // The line end stays: where there are no headers, the empty line follows at once.
  at_ += padding;
  searched_ = 0;
  state_ = State::header;
  return true;
}

Result<bool> MultipartParser::read_header() {
  const std::size_t end = rest().find(header_end, searched_);
  // Where it is not seen yet, it may have begun.
  searched_ = rest().size() - std::min(rest().size(), header_end.size() - 1);
  if (std::min(end, searched_) > limits_.part_header_bytes + line_end.size())
    return over("part_header_limit_bytes", limits_.part_header_bytes);
  if (end == std::string_view::npos) return false;
  auto head = parse_part_head(rest().substr(line_end.size(), end));
  if (!head) return head.error();
  if (auto begun = receiver_.begin(std::move(*head)); !begun) return begun.error();
  at_ += end + header_end.size();
  state_ = State::content;
  return true;
}

Result<bool> MultipartParser::read_content() {
  const Found found = find_delimiter();
  if (found.before > 0)
    if (auto taken = receiver_.content(rest().substr(0, found.before)); !taken) return taken.error();
  at_ += found.before + (found.whole ? delimiter_.size() : 0);
  if (!found.whole) return false;
  if (auto ended = receiver_.end(); !ended) return ended.error();
  state_ = State::delimiter;
  return true;
}

}  // namespace towermill
