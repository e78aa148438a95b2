#include <algorithm>
#include <string>

#include "handler/http/multipart.h"
#include "tests/fuzz/target.h"

using namespace towermill;  // NOLINT(google-build-using-namespace)

namespace {

class Noted final : public PartReceiver {
 public:
  std::string all;

  Result<void> begin(PartHead head) override {
    must(!open_);
    open_ = true;
    all += head.name + '\0' + head.file_name.value_or("-") + '\0';
    return {};
  }
  Result<void> content(std::string_view bytes) override {
    must(open_ && !bytes.empty());
    all += bytes;
    return {};
  }
  Result<void> end() override {
    must(open_);
    open_ = false;
    all += '\0';
    return {};
  }

 private:
  bool open_ = false;
};

/// What is found of a body in pieces of that size; "" for one that is refused.
std::string found(std::string_view body, std::size_t piece) {
  Noted noted;
  MultipartParser parser("b", {.parts = 10, .part_header_bytes = 200}, noted);
  for (; !body.empty(); body.remove_prefix(std::min(piece, body.size())))
    if (!parser.take(body.substr(0, piece))) return "";
  return parser.finish() ? noted.all + "whole" : "";
}

}  // namespace

/// The first byte says where the body is cut.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view body = text_of(bytes, size).substr(1);
  must(found(body, 1U + bytes[0]) == found(body, size));
  return 0;
}
