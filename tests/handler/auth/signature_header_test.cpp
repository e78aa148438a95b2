#include "handler/auth/signature_header.h"

#include <catch2/catch.hpp>
#include <string>

using namespace towermill;  // NOLINT(google-build-using-namespace)

namespace {

std::string show(const std::optional<SignatureHeader>& header) {
  if (!header) return "none";
  std::string text(header->timestamp);
  for (const std::string_view signature : header->signatures) text += "|" + std::string(signature);
  return text;
}

std::string pairs(std::string_view value) {
  return show(parse_signature_header(SignatureForm::pairs, "v1", value));
}

std::string times(std::size_t count, const std::string& text, const std::string& between) {
  std::string all = text;
  for (std::size_t i = 1; i < count; ++i) all += between + text;
  return all;
}

}  // namespace

TEST_CASE("Pairs have one timestamp and any number of signatures, others left out") {
  CHECK(pairs("t=12,v1=ab") == "12|ab");
  CHECK(pairs("v1=ab,t=12,v0=xx,v1=cd") == "12|ab|cd");
}

TEST_CASE("Pairs that are not of their form are none") {
  for (const char* text : {"", "t=12", "v1=ab", "t=12,v1=", "t=,v1=ab", "t=12,v1=ab,", ",t=12,v1=ab",
                           "t=12, v1=ab", "t=12,v1=ab,t=12", "t=12,v1=ab, t=12,v1=ab", "t=12;v1=ab",
                           "t=12,v1", "T=12,v1=ab", "t=12,V1=ab", "t =12,v1=ab", "t=12,v1=a b"})
    CHECK(pairs(text) == "none");
}

TEST_CASE("Of one header, sixteen signatures are looked at, and more make it none") {
  const auto list = [](std::size_t count) {
    return parse_signature_header(SignatureForm::list, "v1", times(count, "v1,ab", " "));
  };
  CHECK(list(16)->signatures.size() == 16);
  CHECK_FALSE(list(17));
  CHECK_FALSE(list(1'000));
  CHECK(pairs("t=1," + times(17, "v1=ab", ",")) == "none");
  CHECK(pairs("t=1,v1=ab," + times(1'000, "v0=ab", ",")) == "none");
}

TEST_CASE("A timestamp is read in the form that its scheme has, and in no other") {
  CHECK(parse_timestamp(TimeForm::seconds, "1614265330") == 1614265330);
  CHECK(parse_timestamp(TimeForm::milliseconds, "1614265330999") == 1614265330);
  CHECK(parse_timestamp(TimeForm::rfc3339, "2021-02-25T15:02:10Z") == 1614265330);
  CHECK(parse_timestamp(TimeForm::rfc3339, "2021-02-25T15:02:10.634234626Z") == 1614265330);
  for (const char* text :
       {"", "2021-02-25T15:02:10", "2021-02-25T15:02:10+00:00", "2021-02-25 15:02:10Z",
        "2021-02-25T15:02:10.Z", "2021-02-25T15:02:1xZ", "1614265330", "2021-02-25T15:02:10.5 Z"})
    CHECK_FALSE(parse_timestamp(TimeForm::rfc3339, text));
  CHECK_FALSE(parse_timestamp(TimeForm::none, "1614265330"));
}

TEST_CASE("An id is short, plain and without a dot") {
  for (const char* text :
       {"msg_p5jXN8AQM9LWM0D4loKWxJek", "e76c6bd4-55c9-4987-8304-da1588d8988b", "a:b~c=/+"})
    CHECK(is_delivery_id(text));
  CHECK_FALSE(is_delivery_id(""));
  CHECK_FALSE(is_delivery_id("a.b"));
  CHECK_FALSE(is_delivery_id(std::string(257, 'a')));
}
