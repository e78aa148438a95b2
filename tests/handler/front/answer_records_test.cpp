#include "handler/front/answer_records.h"

#include <catch2/catch.hpp>
#include <string>

using namespace towermill;  // NOLINT(google-build-using-namespace)

namespace {

/// All that is still to be sent, as it goes over the wire.
std::string unsent(AnswerRecords& records) {
  std::string bytes;
  for (const iovec& piece : records.unsent()) bytes.append(static_cast<char*>(piece.iov_base), piece.iov_len);
  return bytes;
}

std::string record(char type, const std::string& content) {
  const auto byte = [](std::size_t number) { return static_cast<char>(number & 0xff); };
  return std::string{1, type, 1, 2, byte(content.size() >> 8), byte(content.size()), 0, 0} + content;
}

constexpr int request_id = 0x0102;
const std::string the_end = record(6, "") + record(3, std::string(8, '\0'));

}  // namespace

TEST_CASE("Head and body leave in one record, and the request's end with them") {
  AnswerRecords records(request_id, "Status: 200\r\n\r\n", "body");
  CHECK(unsent(records) == record(6, "Status: 200\r\n\r\nbody") + the_end);
}

TEST_CASE("An answer in pieces ends with its last one") {
  AnswerRecords head(request_id, "Status: 200\r\n\r\n", "", Rest::follows);
  CHECK(unsent(head) == record(6, "Status: 200\r\n\r\n"));
  AnswerRecords piece(request_id, "", "piece", Rest::follows);
  CHECK(unsent(piece) == record(6, "piece"));
  AnswerRecords last(request_id, "", "");
  CHECK(unsent(last) == the_end);
}

TEST_CASE("What is longer than a record leaves in several") {
  const std::string body = std::string(65'526, 'a') + std::string(65'528, 'b') + "c";
  AnswerRecords records(request_id, "H\n", body);
  CHECK(unsent(records) == record(6, "H\n" + std::string(65'526, 'a')) + record(6, std::string(65'528, 'b')) +
                               record(6, "c") + the_end);
}

TEST_CASE("What has been sent is not sent again, wherever it was cut") {
  const std::string body(70'000, 'x');
  AnswerRecords whole(request_id, "head", body);
  const std::string all = unsent(whole);
  for (const std::size_t cut : {1U, 8U, 12U, 65'544U, 70'030U}) {
    AnswerRecords records(request_id, "head", body);
    records.sent(cut);
    CHECK(unsent(records) == all.substr(cut));
    records.sent(all.size() - cut);
    CHECK(records.unsent().empty());
  }
}
