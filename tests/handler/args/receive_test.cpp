#include "handler/args/receive.h"

#include <catch2/catch.hpp>
#include <filesystem>

#include "tests/handler/args/parts.h"
#include "tests/handler/args/shown.h"
#include "tests/temp_folder.h"

using namespace towermill;  // NOLINT

namespace {

/// A request whose body comes in two pieces.
class Sent final : public Exchange {
 public:
  explicit Sent(Posted posted) : posted_(std::move(posted)) {}

  const Request& request() const override { return posted_.head; }
  std::optional<Response> read_body(BodySink& sink) override {
    is_read = true;
    if (posted_.body.size() > sink.limit().bytes) return Response{413, {}, sink.limit().name};
    const std::string_view body = posted_.body;
    if (auto refusal = sink.take(body.substr(0, body.size() / 2))) return refusal;
    return sink.take(body.substr(body.size() / 2));
  }
  std::size_t body_bytes() const override { return 0; }
  int client_fd() const override { return -1; }
  bool answer(const Response& /*response*/) override { return true; }
  bool begin(const Response& /*head*/) override { return true; }
  bool send(std::string_view /*piece*/) override { return true; }
  void end() override {}

  bool is_read = false;

 private:
  const Posted posted_;
};

std::string received(Sent& sent, const ArgsAsked& asked = {}, Bytes bytes = Bytes::as_needed) {
  const TempFolder parent;
  const ArgsOptions options{.body_limit_bytes = 1000,
                            .multipart = {.upload_bytes = 5000, .uploads_parent = parent.path()}};
  const auto body = receive_body(sent, asked, bytes, options);
  if (const auto* refusal = std::get_if<Response>(&body))
    return std::to_string(refusal->status) + " " + refusal->body;
  return std::get<Body>(body).form ? "form" : std::get<Body>(body).bytes;
}

std::string received(Posted posted, const ArgsAsked& asked = {}, Bytes bytes = Bytes::as_needed) {
  Sent sent(std::move(posted));
  return received(sent, asked, bytes);
}

ArgsAsked asked_for_raw() {
  ArgsAsked asked;
  asked.raw = Raw::added;
  return asked;
}

const std::string a_form = file("f", "x", "1") + "--b--";

}  // namespace

TEST_CASE("A body is received into memory up to body_limit_bytes") {
  CHECK(received(post("{}")) == "{}");
  CHECK(received(post(std::string(1001, ' '))) == "413 body_limit_bytes 1000");
}

TEST_CASE("A multipart body is received as a form, of any length that its files may have") {
  CHECK(received(post_as("multipart/form-data; boundary=b", a_form)) == "form");
  CHECK(received(post_as("Multipart/Form-Data; boundary=b",
                         file("f", "x", std::string(4000, 'x')) + "--b--")) == "form");
}

TEST_CASE("Where its exact bytes are needed, a multipart body is kept in memory") {
  CHECK(received(post_as("multipart/form-data; boundary=b", a_form), asked_for_raw()) == a_form);
  CHECK(received(post_as("multipart/form-data; boundary=b", a_form), {}, Bytes::kept) == a_form);
  CHECK(received(post_as("multipart/form-data; boundary=b", std::string(1001, 'x')), asked_for_raw()) ==
        "413 body_limit_bytes 1000");
}

TEST_CASE("A body that cannot become args is refused unread") {
  Sent image(post_as("image/png", "x"));
  CHECK(received(image).starts_with("415 "));
  CHECK_FALSE(image.is_read);
  Sent compressed(post("x", {{"content-encoding", "gzip"}}));
  CHECK(received(compressed).starts_with("415 "));
  CHECK_FALSE(compressed.is_read);
  Sent nameless(post_as("multipart/form-data", "x"));
  CHECK(received(nameless).starts_with("400 "));
  CHECK_FALSE(nameless.is_read);
}

TEST_CASE("A GET request's body is not read") {
  Posted posted = get({{"content-type", "image/png"}});
  posted.body = "x";
  Sent sent(std::move(posted));
  CHECK(received(sent).empty());
  CHECK_FALSE(sent.is_read);
}
