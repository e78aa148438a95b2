#include "handler/http/multipart.h"

#include <catch2/catch.hpp>
#include <cerrno>

using namespace towermill;  // NOLINT

namespace {

struct Noted final : PartReceiver {
  std::string all;
  Result<void> begin(PartHead head) override {
    all += "<" + head.name + ">";
    return {};
  }
  Result<void> content(std::string_view bytes) override {
    all += bytes;
    return {};
  }
  Result<void> end() override {
    all += "</>";
    return {};
  }
};

/// The parts, or the error, of a body that comes in pieces of that size.
std::string parts_of(std::string_view body, std::size_t piece, const MultipartLimits& limits = {}) {
  Noted noted;
  MultipartParser parser("b", limits, noted);
  for (; !body.empty(); body.remove_prefix(std::min(piece, body.size())))
    if (const auto taken = parser.take(body.substr(0, piece)); !taken) return taken.error().message;
  const auto finished = parser.finish();
  return finished ? noted.all : finished.error().message;
}

std::string part(const std::string& name, const std::string& content) {
  return "--b\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n\r\n" + content + "\r\n";
}

}  // namespace

TEST_CASE("The parts of a multipart body come out however it is cut") {
  const std::string body = "before\r\n" + part("a", "1\r\n2") + part("empty", "") +
                           part("almost", "\r\n--\r\n\r\n-b\r\n--x--b") + "--b--\r\nafter --b\r\n";
  const std::string parts = "<a>1\r\n2</><empty></><almost>\r\n--\r\n\r\n-b\r\n--x--b</>";
  for (std::size_t piece = 1; piece <= body.size(); ++piece) CHECK(parts_of(body, piece) == parts);
}

TEST_CASE("Blanks may follow a delimiter, nothing else") {
  CHECK(parts_of("--b \t\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n--b--", 7) == "<a>1</>");
  CHECK(parts_of("--bx\r\n\r\n--b--", 100) == "something follows a delimiter on its line");
  CHECK(parts_of("--b" + std::string(300, ' ') + "\r\n", 100) == "blanks follow a delimiter");
}

TEST_CASE("A form without parts is one") { CHECK(parts_of("--b--", 3).empty()); }

TEST_CASE("A multipart body that is cut off or none is told so") {
  CHECK(parts_of(part("a", "1"), 5) == "it ends before its last delimiter");
  CHECK(parts_of("--b\r\nContent-Dis", 5) == "it ends before its last delimiter");
  CHECK(parts_of("{\"files\":[]}", 5) == "the boundary that its Content-Type names is not in it");
  CHECK(parts_of("", 5) == "the boundary that its Content-Type names is not in it");
}

TEST_CASE("A bare line end ends no line of a part's headers") {
  CHECK(parts_of("--b\nContent-Disposition: form-data; name=a\n\n1\n--b--", 100) ==
        "something follows a delimiter on its line");
  CHECK(parts_of("x\n--b\r\n", 100) == "the boundary that its Content-Type names is not in it");
}

TEST_CASE("The limits of a multipart body have names") {
  CHECK(parts_of(part("a", "") + part("b", "") + "--b--", 9, {.parts = 1}) == "multipart_parts_limit 1");
  CHECK(parts_of(part("a", "") + part("b", "") + "--b--", 9, {.parts = 2}) == "<a></><b></>");
  const MultipartLimits short_headers{.part_header_bytes = 50};
  CHECK(parts_of("--b\r\nX: " + std::string(1000, 'x'), 9, short_headers) == "part_header_limit_bytes 50");
  CHECK(parts_of("--b\r\nX: " + std::string(60, 'x') + "\r\n\r\n", 1000, short_headers) ==
        "part_header_limit_bytes 50");
  // The very limit is fine, however it is cut.
  const std::string exact = "--b\r\nContent-Disposition: form-data; name=abcdefghijklm\r\n\r\n1\r\n--b--";
  for (std::size_t piece = 1; piece < exact.size(); ++piece)
    CHECK(parts_of(exact, piece, short_headers) == "<abcdefghijklm>1</>");
  Noted noted;
  MultipartParser parser("b", {.parts = 0}, noted);
  CHECK(parser.take("--b\r\n").error().os_error == EFBIG);
}

TEST_CASE("Ten million bytes that may each begin a delimiter cost linear time") {
  std::string content;
  for (int i = 0; i < 2'500'000; ++i) content += "\r\n--";
  CHECK(parts_of(part("a", content) + "--b--", 64 * 1024) == "<a>" + content + "</>");
}

TEST_CASE("The boundary is what the content type names") {
  CHECK(*boundary_of("multipart/form-data; boundary=----WebKitFormBoundaryAbC") ==
        "----WebKitFormBoundaryAbC");
  CHECK(*boundary_of("multipart/form-data; charset=utf-8; boundary=\"a b\"") == "a b");
  CHECK(boundary_of("multipart/form-data").error().message == "the Content-Type names no boundary");
  for (const std::string& bad :
       {std::string(), std::string(71, 'x'), std::string("\"x \""), std::string("a\x01")})
    CHECK(boundary_of("multipart/form-data; boundary=" + bad).error().message ==
          "the boundary is not one to 70 visible characters");
}
