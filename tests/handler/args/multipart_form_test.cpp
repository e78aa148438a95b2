#include "handler/args/multipart_form.h"

#include <catch2/catch.hpp>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "tests/handler/args/parts.h"
#include "tests/temp_folder.h"

using namespace towermill;  // NOLINT

namespace {

std::string content_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

Result<MultipartForm> read(const std::string& body, const MultipartOptions& options) {
  MultipartReader reader("b", options);
  if (auto taken = reader.take(body); !taken) return taken.error();
  return reader.finish();
}

std::string refusal(const std::string& body, const MultipartOptions& options) {
  const auto form = read(body, options);
  REQUIRE_FALSE(form);
  CHECK(form.error().os_error == EFBIG);
  return form.error().message;
}

}  // namespace

TEST_CASE("Fields are kept in memory, files on the disk") {
  const TempFolder parent;
  const std::string large(200'000, 'x');
  const auto form = read(field("a", "1") + file("f", "../x", large) + file("f", "y", "\r\n") + "--b--",
                         {.uploads_parent = parent.path()});
  REQUIRE(form);
  CHECK(form->fields.at(0).value == "1");
  CHECK(content_of(form->files.at(0).path) == large);
  CHECK(content_of(form->files.at(1).path) == "\r\n");
  CHECK(form->files.at(0).file_name == "../x");
  CHECK(form->files.at(0).bytes == large.size());
  CHECK(form->files.at(1).content_type == "application/octet-stream");
}

TEST_CASE("A form without files makes no folder") {
  const TempFolder parent;
  const auto form = read(field("a", "1") + "--b--", {.uploads_parent = parent.path()});
  CHECK(std::filesystem::is_empty(parent.path()));
  CHECK(form->folder == nullptr);
}

TEST_CASE("Of a form that is given up nothing stays on the disk") {
  const TempFolder parent;
  CHECK_FALSE(read(file("f", "x", "1"), {.uploads_parent = parent.path()}));
  CHECK(std::filesystem::is_empty(parent.path()));
}

TEST_CASE("A file field that its user left empty is no file") {
  const TempFolder parent;
  const auto form = read(file("f", "", "") + file("g", "", "x") + "--b--", {.uploads_parent = parent.path()});
  CHECK(form->unchosen == std::vector<std::string>{"f"});
  CHECK(form->files.size() == 1);
}

TEST_CASE("Files count towards upload_limit_bytes, all else towards body_limit_bytes") {
  const TempFolder parent;
  const MultipartOptions options{
      .memory_bytes = 1000, .upload_bytes = 100'000, .uploads_parent = parent.path()};
  CHECK(read(file("f", "x", std::string(60'000, 'x')) + file("f", "y", std::string(40'000, 'x')) + "--b--",
             options));
  CHECK(refusal(file("f", "x", std::string(60'000, 'x')) + file("f", "y", std::string(40'001, 'x')) + "--b--",
                options) == "upload_limit_bytes 100000");
  CHECK(refusal(field("a", std::string(1000, 'x')) + "--b--", options) == "body_limit_bytes 1000");
  CHECK(refusal(std::string(200'000, ' '), options) == "body_limit_bytes 1000");
}

TEST_CASE("Files of all forms count towards uploads_limit_bytes, as long as they are there") {
  const TempFolder parent;
  UploadRoom room(100);
  const MultipartOptions options{.uploads_parent = parent.path(), .uploads_room = &room};
  const auto refused = [&](std::size_t bytes) {
    const auto form = read(file("f", "x", std::string(bytes, 'x')) + "--b--", options);
    return form ? std::pair(std::string(), 0) : std::pair(form.error().message, form.error().os_error);
  };
  {
    const auto first = read(file("f", "x", std::string(60, 'x')) + "--b--", options);
    REQUIRE(first);
    CHECK(refused(41) == std::pair(std::string("uploads_limit_bytes 100"), EBUSY));
    CHECK(refused(40).first.empty());
  }
  CHECK(refused(100).first.empty());
  CHECK(refused(101) == std::pair(std::string("uploads_limit_bytes 100"), EFBIG));
}

TEST_CASE("Names of fields and files have a limit") {
  const TempFolder parent;
  const MultipartOptions options{.name_bytes = 3, .uploads_parent = parent.path()};
  CHECK(refusal(field("abcd", "") + "--b--", options) == "name_limit_bytes 3");
  CHECK(refusal(file("a", "abcd", "") + "--b--", options) == "name_limit_bytes 3");
}
