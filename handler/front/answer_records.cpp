#include "handler/front/answer_records.h"

#include <algorithm>

namespace towermill {

namespace {

// Record types, FastCGI 1.0 section 8.
constexpr std::uint8_t end_request = 3, stdout_record = 6;

// What a record's two bytes can say, less what would not end at a multiple of eight.
constexpr std::size_t most_content_bytes = 65'528;

// The request is complete, and the application's status 0 (section 5.5).
constexpr std::array<std::uint8_t, 8> request_complete{};

}  // namespace

AnswerRecords::AnswerRecords(int request_id, std::string_view head, std::string_view body, Rest rest)
    : request_id_(request_id) {
  const std::size_t records = (head.size() + body.size()) / most_content_bytes + 3;
  headers_.reserve(records);  // and so they stay where they are
  pieces_.reserve(2 * records + 2);
  while (!head.empty() || !body.empty()) {
    const std::size_t of_head = std::min(head.size(), most_content_bytes);
    const std::size_t of_body = std::min(body.size(), most_content_bytes - of_head);
    add_header(stdout_record, of_head + of_body);
    if (of_head > 0) add(head.data(), of_head);
    if (of_body > 0) add(body.data(), of_body);
    head.remove_prefix(of_head);
    body.remove_prefix(of_body);
  }
  if (rest == Rest::follows) return;
  add_header(stdout_record, 0);
  add_header(end_request, request_complete.size());
  add(request_complete.data(), request_complete.size());
}

void AnswerRecords::add_header(std::uint8_t type, std::size_t length) {
  const auto byte = [](std::size_t number) { return static_cast<std::uint8_t>(number & 0xff); };
  const auto id = static_cast<std::size_t>(request_id_);
  headers_.push_back({1, type, byte(id >> 8), byte(id), byte(length >> 8), byte(length), 0, 0});
  add(headers_.back().data(), headers_.back().size());
}

void AnswerRecords::add(const void* bytes, std::size_t size) {
  pieces_.push_back({const_cast<void*>(bytes), size});  // NOLINT(*-const-cast): an iovec has no other
}

void AnswerRecords::sent(std::size_t bytes) {
  while (sent_ < pieces_.size() && bytes >= pieces_[sent_].iov_len) bytes -= pieces_[sent_++].iov_len;
  if (bytes == 0) return;
  pieces_[sent_].iov_base = static_cast<char*>(pieces_[sent_].iov_base) + bytes;
  pieces_[sent_].iov_len -= bytes;
}

}  // namespace towermill
