#pragma once
// An answer as FastCGI records (FastCGI 1.0, sections 3.3 and 5): to be sent in one go, nothing of it copied.

#include <sys/uio.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace towermill {

/// Whether more of the answer follows.
enum class Rest { none, follows };

class AnswerRecords {
 public:
  /// A request's STDOUT, head and body, and, where nothing follows, its END_REQUEST. The texts stay the
  /// caller's.
  AnswerRecords(int request_id, std::string_view head, std::string_view body, Rest rest = Rest::none);
  AnswerRecords(const AnswerRecords&) = delete;
  AnswerRecords& operator=(const AnswerRecords&) = delete;

  /// What is still to be sent, in order.
  std::span<iovec> unsent() { return std::span(pieces_).subspan(sent_); }
  void sent(std::size_t bytes);

 private:
  using Eight = std::array<std::uint8_t, 8>;
  void add_header(std::uint8_t type, std::size_t length);
  void add(const void* bytes, std::size_t size);

  const int request_id_;
  std::vector<Eight> headers_;
  std::vector<iovec> pieces_;
  std::size_t sent_ = 0;
};

}  // namespace towermill
