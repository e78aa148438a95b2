#include <catch2/catch.hpp>
#include <filesystem>

#include "tests/handler/args/parts.h"
#include "tests/handler/args/shown.h"
#include "tests/temp_folder.h"

using namespace towermill;  // NOLINT

namespace {

/// The args of a body whose bytes were kept; numbers that are chosen at random become "…".
struct Sent {
  TempFolder parent;
  std::string args(const std::string& body, std::string_view query = "") {
    const ArgsOptions options{.multipart = {.uploads_parent = parent.path()}};
    std::string text = args_of(post_as("multipart/form-data; boundary=b", body), query, options);
    for (std::size_t at = 0; (at = text.find(parent.path() + "/", at)) != std::string::npos;)
      text.replace(at, parent.path().size() + 1 + 32, "\xE2\x80\xA6");
    return text;
  }
};

}  // namespace

TEST_CASE("A field of a multipart form is a string, of one name the last") {
  CHECK(Sent().args(field("a", "1") + field("b", "x\"y") + field("a", "") + "--b--") ==
        R"({"a":"","b":"x\"y"})");
  CHECK(Sent().args("--b--") == "{}");
}

TEST_CASE("A file is an array of what is known of it, and its name is never in its path") {
  const std::string args = Sent().args(file("f", "../../a \\\"b\\\".txt", "abc") + "--b--");
  CHECK(args.starts_with(R"({"f":[{"s3":")"));
  CHECK(
      args.ends_with("/1\",\"path\":\"\xE2\x80\xA6/1\",\"filename\":\"../../a \\\"b\\\".txt\","
                     "\"content_type\":\"application/octet-stream\",\"size\":3}]}"));
}

TEST_CASE("Files of one name are in one array, of a field left empty there are none") {
  const std::string args =
      Sent().args(file("f", "x", "1") + file("f", "y", "22") + file("g", "", "") + "--b--");
  CHECK(args.find("\"size\":1},{\"s3\":") != std::string::npos);
  CHECK(args.ends_with("\"size\":2}],\"g\":[]}"));
}

TEST_CASE("Files live as long as the args that point to them") {
  const TempFolder parent;
  {
    const ArgsOptions options{.multipart = {.uploads_parent = parent.path()}};
    const Posted posted = post_as("multipart/form-data; boundary=b", file("f", "x", "1") + "--b--");
    const auto args = make_args(posted.head, {.bytes = posted.body}, Query(), ArgsAsked(), options);
    CHECK_FALSE(std::filesystem::is_empty(parent.path()));
  }
  CHECK(std::filesystem::is_empty(parent.path()));
}

TEST_CASE("wrap_body wraps a multipart form, raw adds its exact bytes") {
  CHECK(
      Sent().args(field("a", "1") + "--b--", "wrap_body=1&raw=1") ==
      R"({"body":{"a":"1"},"raw_string":"--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--b--"})");
  CHECK(Sent().args(field("a", "1") + "--b--\xFF", "raw=1").find("\"raw_base64\":") != std::string::npos);
}

TEST_CASE("A malformed multipart body is 400") {
  CHECK(Sent().args(field("a", "1")) ==
        "400 Bad request: invalid multipart data: it ends before its last delimiter");
  CHECK(args_of(post_as("multipart/form-data", "x")) ==
        "400 Bad request: invalid multipart data: the Content-Type names no boundary");
}

TEST_CASE("A JSON body cannot pass for a parsed form") {
  const std::string json = R"({"files":[{"filepath":"/etc/passwd"}]})";
  CHECK(Sent().args(json) ==
        "400 Bad request: invalid multipart data: the boundary that its Content-Type names is not in it");
  CHECK(args_of(post_as("application/json; boundary=b", json)) == json);
}

TEST_CASE("Text of a multipart form that is no UTF-8 is 400 naming the field") {
  CHECK(Sent().args(field("a", "\xFF") + "--b--") ==
        "400 Bad request: invalid utf8: the value of the field a");
  CHECK(Sent().args(field("\xFF", "") + "--b--") == "400 Bad request: invalid utf8: the name of a field");
  CHECK(Sent().args(file("f", "\xFF", "") + "--b--") == "400 Bad request: invalid utf8: the name of a file");
}

TEST_CASE("Files that cannot be stored are 500 without a path") {
  const ArgsOptions options{.multipart = {.uploads_parent = "/no/such/folder"}};
  CHECK(args_of(post_as("multipart/form-data; boundary=b", file("f", "x", "1") + "--b--"), "", options) ==
        "500 Internal: the files could not be stored");
}
