#include "handler/front/cgi.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <csignal>
#include <string>

#include "runner/base/fd.h"
#include "runner/base/thread.h"

using namespace towermill;  // NOLINT(google-build-using-namespace)

namespace {

/// A web server's side of one request.
struct WebServer {
  Pipe to_program = std::move(*make_pipe()), from_program = std::move(*make_pipe());
  bool ended = false;
  int refused = 0;

  CgiOptions options(int read_ms = 5000) {
    return {.base_path = "",
            .ways = {.in = to_program.read.get(),
                     .out = from_program.write.get(),
                     .read_ms = read_ms,
                     .write_ms = 5000},
            .client_fd = -1,
            .refuse =
                [this](Exchange& exchange, const Response& response) {
                  ++refused;
                  exchange.answer(response);
                },
            .at_end = [this] { ended = true; }};
  }
  void send(std::string_view body) { REQUIRE(write_all(to_program.write.get(), body).ok()); }
  void close() { to_program.write.reset(); }
  std::string answer() {
    from_program.write.reset();
    return *read_all(from_program.read.get(), 1 << 20);
  }
};

/// The body, or its refusal.
std::string body_of(Exchange& exchange) {
  struct Taken final : BodySink {
    std::string bytes;
    BodyLimit limit() const override { return {1000, "some_limit 1000"}; }
    std::optional<Response> take(std::string_view more) override {
      bytes += more;
      return std::nullopt;
    }
  } sink;
  const auto refusal = exchange.read_body(sink);
  return refusal ? std::to_string(refusal->status) + " " + refusal->body : sink.bytes;
}

CgiVariables post(const std::string& length) {
  return {{"REQUEST_METHOD", "POST"}, {"REQUEST_URI", "/api"}, {"CONTENT_LENGTH", length}};
}

CgiVariables post_chunked() {
  return {{"REQUEST_METHOD", "POST"}, {"REQUEST_URI", "/api"}, {"HTTP_TRANSFER_ENCODING", "chunked"}};
}

}  // namespace

TEST_CASE("Only the two variables that every CGI request has make one") {
  CHECK(is_cgi({{"GATEWAY_INTERFACE", "CGI/1.1"}, {"REQUEST_METHOD", "GET"}}));
  CHECK_FALSE(is_cgi({{"REQUEST_METHOD", "GET"}}));
  CHECK_FALSE(is_cgi({{"GATEWAY_INTERFACE", "CGI/1.1"}}));
}

TEST_CASE("As much of the body is read as its length says, and no more") {
  WebServer server;
  server.send("hello, and more");
  CHECK(body_of(*read_cgi(post("5"), server.options())) == "hello");
}

TEST_CASE("A chunked body is read to its end") {
  WebServer server;
  server.send("hello");
  server.close();
  CHECK(body_of(*read_cgi(post_chunked(), server.options())) == "hello");
}

TEST_CASE("A body that ends early is 400, one that does not come is 408") {
  WebServer early;
  early.send("hel");
  early.close();
  CHECK(body_of(*read_cgi(post("5"), early.options())).starts_with("400 "));
  WebServer late;
  late.send("hel");
  CHECK(body_of(*read_cgi(post("5"), late.options(100))).starts_with("408 "));
}

TEST_CASE("A body is not waited for once the program is to stop") {
  WebServer server;
  const UniqueFd stop = std::move(*make_eventfd());
  CgiOptions options = server.options(60'000);
  options.ways.stop = stop.get();
  ::eventfd_write(stop.get(), 1);
  CHECK(body_of(*read_cgi(post("5"), options)).starts_with("408 "));
}

TEST_CASE("A body that nobody wanted is read away, so that its sender can read the answer") {
  WebServer server;
  {
    const Thread sending(small_stack_bytes, [&] {
      (void)write_all(server.to_program.write.get(), std::string(300'000, 'x'));
      server.close();
    });
    CHECK(read_cgi(post("300000"), server.options())->answer({413, {}, ""}));
  }
  CHECK(server.answer().starts_with("Status: 413 "));
}

TEST_CASE("A request whose length is no number is 400 at once") {
  WebServer server;
  server.close();
  CHECK(read_cgi(post("five"), server.options()) == nullptr);
  CHECK(server.refused == 1);
  CHECK(server.answer().starts_with("Status: 400 "));
}

TEST_CASE("An answer is head and body, to HEAD the head alone") {
  const Response response{201, {{"X-A", "b"}}, "body"};
  WebServer server;
  CHECK(read_cgi(post(""), server.options())->answer(response));
  CHECK(server.answer() == "Status: 201 Created\r\nX-A: b\r\nContent-Length: 4\r\n\r\nbody");
  WebServer for_head;
  CgiVariables head = post("");
  head["REQUEST_METHOD"] = "HEAD";
  CHECK(read_cgi(head, for_head.options())->answer(response));
  CHECK(for_head.answer() == "Status: 201 Created\r\nX-A: b\r\nContent-Length: 4\r\n\r\n");
}

TEST_CASE("An exchange that nobody answers is 500, and its end is told") {
  WebServer server;
  CHECK_FALSE(server.ended);
  CHECK(read_cgi(post(""), server.options()) != nullptr);
  CHECK(server.ended);
  CHECK(server.answer().starts_with("Status: 500 "));
}

TEST_CASE("A web server that is gone takes no answer") {
  WebServer server;
  std::signal(SIGPIPE, SIG_IGN);
  const auto exchange = read_cgi(post(""), server.options());
  server.from_program.read.reset();
  CHECK_FALSE(exchange->answer({200, {}, "body"}));
  std::signal(SIGPIPE, SIG_DFL);
}
