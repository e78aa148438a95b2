#include "handler/http/part_head.h"

#include <catch2/catch.hpp>

using namespace towermill;  // NOLINT

namespace {

std::string shown(std::string_view lines) {
  const auto head = parse_part_head(lines);
  if (!head) return head.error().message;
  return (head->is_file() ? "file " : "field ") + head->name + "|" + head->file_name.value_or("-") + "|" +
         head->content_type;
}

std::string file_name(const std::string& parameter) {
  const auto head = parse_part_head("Content-Disposition: form-data; name=a; " + parameter + "\r\n");
  return head ? head->file_name.value_or("-") : head.error().message;
}

}  // namespace

TEST_CASE("A part is a field, or a file if it has a file's name or a type that is no text") {
  CHECK(shown("Content-Disposition: form-data; name=\"a\"\r\n") == "field a|-|");
  CHECK(shown("content-disposition: form-data; name=a; filename=\"x.txt\"\r\nContent-Type: text/plain\r\n") ==
        "file a|x.txt|text/plain");
  CHECK(shown("Content-Disposition: form-data; name=a\r\nContent-Type: text/plain; charset=utf-8\r\n") ==
        "field a|-|text/plain; charset=utf-8");
  CHECK(shown("Content-Type: image/png\r\nContent-Disposition: form-data; name=a\r\n") ==
        "file a|-|image/png");
}

TEST_CASE("A file's name is what the sender meant, however it was encoded") {
  CHECK(file_name(R"(filename="a \"b\".txt")") == R"(a "b".txt)");           // curl
  CHECK(file_name(R"(filename="a %22b%22.txt")") == R"(a "b".txt)");         // browsers
  CHECK(file_name("filename=\"\xC3\xA9.txt\"") == "\xC3\xA9.txt");           // browsers
  CHECK(file_name(R"(filename="=?UTF-8?B?w6kudHh0?=")") == "\xC3\xA9.txt");  // mail-like senders
  CHECK(file_name(R"(filename="e.txt"; filename*=UTF-8''%C3%A9.txt)") == "\xC3\xA9.txt");
  CHECK(file_name(R"(filename*=UTF-8''%C3%A9.txt)") == "\xC3\xA9.txt");
  CHECK(file_name(R"(filename="../../etc/passwd")") == "../../etc/passwd");
  CHECK(file_name(R"(filename="")") == "");
}

TEST_CASE("A header that goes on in the next line is one") {
  CHECK(shown("Content-Disposition: form-data;\r\n name=\"a\";\r\n\tfilename=\"b\"\r\n") == "file a|b|");
}

TEST_CASE("A part without a name is refused") {
  const std::string sentence =
      "a part's Content-Disposition is not written as form-data; name=\"\xE2\x80\xA6\"";
  CHECK(shown("") == sentence);
  CHECK(shown("Content-Disposition: form-data\r\n") == sentence);
  CHECK(shown("Content-Disposition: attachment; name=a\r\n") == sentence);
}

TEST_CASE("Malformed headers of a part are refused") {
  CHECK(shown("no colon\r\n") == "a part has a malformed header");
  CHECK(shown("bad name: x\r\n") == "a part has a malformed header");
  CHECK(shown("a: b\rc\r\n") == "a part's header holds a control character");
  CHECK(shown("Content-Disposition: form-data; name=a\r\nContent-Disposition: form-data; name=b\r\n") ==
        "a part has two headers content-disposition");
  CHECK(file_name("filename*=x") ==
        "in a part's file name an extended value is not written as charset'language'value");
}

TEST_CASE("A part in a transfer encoding is refused, not handed on undecoded") {
  CHECK(shown("Content-Disposition: form-data; name=a\r\nContent-Transfer-Encoding: base64\r\n") ==
        "a part's Content-Transfer-Encoding base64 is not decoded");
  CHECK(shown("Content-Disposition: form-data; name=a\r\nContent-Transfer-Encoding: Binary\r\n") ==
        "field a|-|");
}
