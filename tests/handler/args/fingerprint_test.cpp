#include "handler/args/fingerprint.h"

#include <catch2/catch.hpp>
#include <set>
#include <string>

using namespace towermill;  // NOLINT(google-build-using-namespace)

namespace {

Request to(std::vector<std::string> segments, std::string query = "") {
  Request request;
  request.segments = std::move(segments);
  request.query = std::move(query);
  return request;
}

Body form(const std::string& value, const std::string& path = "/a", std::size_t bytes = 1) {
  Body body;
  body.form.emplace();
  body.form->fields.push_back({"name", value});
  body.form->files.push_back(
      {.name = "file", .key = path, .path = path, .file_name = "f", .content_type = "t", .bytes = bytes});
  return body;
}

}  // namespace

TEST_CASE("Requests that differ in path, query or body have fingerprints of their own") {
  const std::set<std::string> all = {
      fingerprint_of(to({"a", "b"}), {"c"}),        fingerprint_of(to({"a"}), {"bc"}),
      fingerprint_of(to({"a", "b"}, "c"), {""}),    fingerprint_of(to({"ab"}), {"c"}),
      fingerprint_of(to({"a"}), form("b")),         fingerprint_of(to({"a"}), form("c")),
      fingerprint_of(to({"a"}), form("b", "/a", 2))};
  CHECK(all.size() == 7);
  CHECK(fingerprint_of(to({"a"}, "q"), {"b"}) == fingerprint_of(to({"a"}, "q"), {"b"}));
}

TEST_CASE("Where a form's files are kept does not tell it from its repeat") {
  CHECK(fingerprint_of(to({"a"}), form("b", "/1")) == fingerprint_of(to({"a"}), form("b", "/2")));
}
