#include "handler/front/record_guard.h"

#include <algorithm>

namespace towermill {

namespace {

// Record types, FastCGI 1.0 section 8.
constexpr std::uint8_t begin_request = 1, abort_request = 2, params_record = 4, stdin_record = 5,
                       data_record = 8;
constexpr std::size_t begin_body_bytes = 8;

std::uint8_t byte_at(std::string_view bytes, std::size_t at) { return static_cast<std::uint8_t>(bytes[at]); }

// A length is one byte, or four with the top bit of the first set (section 3.4).
std::size_t width(std::uint8_t first) { return (first & 0x80) != 0 ? 4 : 1; }

std::size_t length_at(const std::uint8_t* bytes) {
  if (width(bytes[0]) == 1) return bytes[0];
  return (static_cast<std::size_t>(bytes[0] & 0x7f) << 24) | (static_cast<std::size_t>(bytes[1]) << 16) |
         (static_cast<std::size_t>(bytes[2]) << 8) | bytes[3];
}

}  // namespace

bool RecordGuard::refuse(std::string_view why) {
  why_ = why;
  return false;
}

bool RecordGuard::accept(std::string_view bytes) {
  if (!why_.empty()) return false;
  while (!bytes.empty()) {
    if (content_left_ > 0) {
      const std::string_view piece = bytes.substr(0, content_left_);
      content_left_ -= piece.size();
      bytes.remove_prefix(piece.size());
      if (!content(piece)) return false;
    } else if (padding_left_ > 0) {
      const std::size_t skipped = std::min(padding_left_, bytes.size());
      padding_left_ -= skipped;
      bytes.remove_prefix(skipped);
    } else {
      header_[header_bytes_++] = byte_at(bytes, 0);
      bytes.remove_prefix(1);
      if (header_bytes_ == header_.size() && !header_complete()) return false;
    }
  }
  return true;
}

bool RecordGuard::header_complete() {
  header_bytes_ = 0;
  if (header_[0] != 1) return refuse("a record of an unknown FastCGI version");
  type_ = header_[1];
  const auto id = static_cast<std::uint16_t>(header_[2] << 8 | header_[3]);
  content_left_ = static_cast<std::size_t>(header_[4] << 8 | header_[5]);
  padding_left_ = header_[6];
  return record_allowed(type_, id, content_left_);
}

bool RecordGuard::record_allowed(std::uint8_t type, std::uint16_t id, std::size_t length) {
  if (type == begin_request) return begin_allowed(id, length);
  if (stage_ == Stage::begin) return refuse("a record before BEGIN_REQUEST");
  if (id != request_id_) return refuse("a record of another request");
  switch (type) {
    case abort_request:
      return length == 0 || refuse("ABORT_REQUEST with content");
    case params_record:
      if (stage_ != Stage::params) return refuse("PARAMS after their end");
      if (length > 0) return true;
      if (lengths_bytes_ != 0 || pair_left_ != 0) return refuse("PARAMS that end inside a pair");
      stage_ = Stage::input;
      return true;
    case stdin_record:
      if (stage_ != Stage::input) return refuse("STDIN out of its place");
      if (length == 0) stage_ = Stage::done;
      return true;
    case data_record:
      return stage_ == Stage::input || refuse("DATA out of its place");
    default:
      return refuse("a record of a type that no web server sends to a responder");
  }
}

bool RecordGuard::begin_allowed(std::uint16_t id, std::size_t length) {
  if (stage_ != Stage::begin) return refuse("a second BEGIN_REQUEST");
  if (id == 0 || length != begin_body_bytes) return refuse("a malformed BEGIN_REQUEST");
  request_id_ = id;
  stage_ = Stage::params;
  return true;
}

bool RecordGuard::content(std::string_view bytes) { return type_ != params_record || params(bytes); }

bool RecordGuard::params(std::string_view bytes) {
  params_bytes_ += bytes.size();
  if (params_bytes_ > params_limit_bytes) return refuse("more than 1 MiB of parameters");
  while (!bytes.empty()) {
    if (pair_left_ > 0) {
      const std::size_t skipped = std::min(pair_left_, bytes.size());
      pair_left_ -= skipped;
      bytes.remove_prefix(skipped);
      continue;
    }
    lengths_[lengths_bytes_++] = byte_at(bytes, 0);
    bytes.remove_prefix(1);
    if (!pair_lengths_complete()) return false;
  }
  return true;
}

bool RecordGuard::pair_lengths_complete() {
  const std::size_t name_width = width(lengths_[0]);
  if (lengths_bytes_ <= name_width || lengths_bytes_ < name_width + width(lengths_[name_width])) return true;
  pair_left_ = length_at(lengths_.data()) + length_at(lengths_.data() + name_width);
  lengths_bytes_ = 0;
  if (pair_left_ > pair_limit_bytes) return refuse("a parameter of more than 64 KiB");
  return true;
}

}  // namespace towermill
