#include "handler/args/event.h"

#include <catch2/catch.hpp>

#include "tests/handler/args/shown.h"

using namespace towermill;  // NOLINT: a test

namespace {

std::string told(const Posted& posted, std::string_view query, const EventAsked& event,
                 std::vector<ExtraArg> extra = {}, std::string token = {}) {
  const auto parsed = Query::parse(query);
  auto asked = asked_in(*parsed);
  REQUIRE(asked);
  asked->extra = std::move(extra);
  asked->token = std::move(token);
  return shown(make_event_args(posted.head, {.bytes = posted.body}, *parsed, *asked, {}, event));
}

std::string event_of(const Posted& posted, std::string_view query = "") {
  return told(posted, query, {.parameters = {"event"}});
}

}  // namespace

TEST_CASE("a webhook's event has its body, its query and its headers") {
  CHECK(event_of(post("{\"n\": 1.50}", {{"content-type", "application/json"}, {"x-a-b", "c\"d"}}),
                 "q=1&r&q=2") ==
        R"({"event":{"kind":"webhook","body":{"n": 1.50},"raw_string":null,"query":{"q":"2","r":""},)"
        R"("headers":{"content-type":"application/json","x-a-b":"c\"d"}}})");
  CHECK(event_of(post("[1, 2]", {})) ==
        R"({"event":{"kind":"webhook","body":[1, 2],"raw_string":null,"query":{},"headers":{}}})");
  CHECK(event_of(post("", {})) ==
        R"({"event":{"kind":"webhook","body":{},"raw_string":null,"query":{},"headers":{}}})");
}

TEST_CASE("an event has the raw body where that is asked for, or is all there is") {
  CHECK(
      event_of(post("{\"a\":1}", {}), "raw=true") ==
      R"({"event":{"kind":"webhook","body":{"a":1},"raw_string":"{\"a\":1}","query":{"raw":"true"},"headers":{}}})");
  CHECK(event_of(post("hi", {{"content-type", "text/plain"}})) ==
        R"({"event":{"kind":"webhook","body":{},"raw_string":"hi","query":{},)"
        R"("headers":{"content-type":"text/plain"}}})");
  CHECK(event_of(post("\xff", {{"content-type", "image/png"}}), "raw") ==
        R"({"event":{"kind":"webhook","body":{},"raw_string":null,"raw_base64":"/w==","query":{"raw":""},)"
        R"("headers":{"content-type":"image/png"}}})");
}

TEST_CASE("a form's fields are an event's body") {
  CHECK(event_of(post("body=x&kind=y", {{"content-type", "application/x-www-form-urlencoded"}})) ==
        R"({"event":{"kind":"webhook","body":{"body":"x","kind":"y"},"raw_string":null,"query":{},)"
        R"("headers":{"content-type":"application/x-www-form-urlencoded"}}})");
}

TEST_CASE("a GET request's payload is its event's body") {
  CHECK(
      event_of(get(), "payload=eyJhIjoxfQ") ==
      R"({"event":{"kind":"webhook","body":{"a":1},"raw_string":null,"query":{"payload":"eyJhIjoxfQ"},"headers":{}}})");
}

TEST_CASE("headers of one name are one, and no header or value holds the caller's token") {
  const Posted request = post("", {{"authorization", "Bearer T0ken"},
                                   {"cookie", "a=1"},
                                   {"x-list", "1"},
                                   {"x-list", "2"},
                                   {"cookie", "b=2"}});
  CHECK(told(request, "token=T0ken&a=1", {.parameters = {"event"}}, {}, "T0ken") ==
        R"({"event":{"kind":"webhook","body":{},"raw_string":null,"query":{"a":"1"},)"
        R"("headers":{"cookie":"a=1; b=2","x-list":"1, 2"}}})");
  CHECK(told(request, "", {.parameters = {"event"}}).find("Bearer T0ken") != std::string::npos);
}

TEST_CASE("a route's event tells of the route") {
  const EventAsked event = {.parameters = {"event"},
                            .route = RouteOfEvent{"orders/:id", "orders/17", "f/shop/order_route"}};
  CHECK(
      told(post("{}", {}), "", event, {{"id", "\"17\""}}) ==
      R"({"event":{"kind":"http","body":{},"raw_string":null,"route":"orders/:id","path":"orders/17",)"
      R"("method":"POST","params":{"id":"17"},"trigger_path":"f/shop/order_route","query":{},"headers":{}}})");
}

TEST_CASE("a preprocessor of Windmill's first kind takes main's args and wm_trigger") {
  CHECK(told(post("{\"a\":1}", {}), "", {.parameters = {"wm_trigger", "a"}}) ==
        R"({"a":1,"wm_trigger":{"kind":"webhook"}})");
  CHECK(told(post("{}", {}), "",
             {.parameters = {"wm_trigger"}, .route = RouteOfEvent{"o/:id", "o/1", "f/x/r"}},
             {{"id", "\"1\""}}) ==
        R"({"id":"1","wm_trigger":{"kind":"http","http":{"route":"o/:id","path":"o/1","method":"POST",)"
        R"("params":{"id":"1"},"trigger_path":"f/x/r","query":{},"headers":{}}}})");
}

TEST_CASE("a lone parameter of another name gets the event too") {
  CHECK(told(post("", {}), "", {.parameters = {"request"}}).starts_with(R"({"request":{"kind":"webhook")"));
  CHECK(told(post("", {}), "", {.parameters = {"anon1"}}).starts_with(R"({"event":{"kind":"webhook")"));
}

TEST_CASE("a body that is refused makes no event") {
  CHECK(event_of(post("{", {})).starts_with("400 Bad request: invalid json: "));
  CHECK(event_of(post("x", {{"content-type", "image/png"}})).starts_with("415 "));
}
