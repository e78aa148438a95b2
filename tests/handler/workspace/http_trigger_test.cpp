#include "handler/workspace/http_trigger.h"

#include <catch2/catch.hpp>

using namespace towermill;  // NOLINT(google-build-using-namespace)
using Catch::Contains;

namespace {

// As Windmill's command line writes one.
const std::string written = R"(summary: Takes orders
permissioned_as: u/ada
script_path: f/shop/order
is_flow: false
route_path: orders/:id
request_type: sync
authentication_method: none
http_method: post
is_static_website: false
workspaced_route: false
wrap_body: false
raw_string: false
static_asset_config: null
)";

HttpTrigger parsed(const std::string& yaml) {
  CAPTURE(yaml);
  auto trigger = parse_http_trigger(yaml, "f/t/x.http_trigger.yaml");
  REQUIRE(trigger);
  return *trigger;
}

std::string with(const std::string& from, const std::string& to) {
  std::string yaml = written;
  const auto at = yaml.find(from);
  REQUIRE(at != std::string::npos);
  return yaml.replace(at, from.size(), to);
}

}  // namespace

TEST_CASE("A route's file is read as Windmill's command line writes it") {
  const HttpTrigger trigger = parsed(written);
  CHECK(trigger.fault.empty());
  CHECK(trigger.file == "f/t/x.http_trigger.yaml");
  CHECK(trigger.method == "POST");
  CHECK(show(trigger.path) == "orders/:id");
  CHECK(trigger.script_path == "f/shop/order");
  CHECK(trigger.summary == "Takes orders");
  CHECK(trigger.authentication.method == AuthenticationMethod::none);
  CHECK(trigger.mode == TriggerMode::enabled);
  CHECK_FALSE(trigger.allowed_origins);
  CHECK(unsupported_in(trigger).empty());
  CHECK(slips_in_trigger(written, "x").empty());
}

TEST_CASE("Addresses are those in the list, as YAML writes them") {
  const auto ranges =
      parsed(written + "allowed_addresses: [192.0.2.0/24, 2001:db8::/32, ::1]").allowed_addresses;
  REQUIRE(ranges);
  for (const char* address : {"192.0.2.9", "2001:db8::9", "::1"}) CHECK(is_among(address, *ranges));
  CHECK_FALSE(is_among("192.0.3.9", *ranges));
  CHECK_FALSE(parsed(written).allowed_addresses);
}

TEST_CASE("A resource is named by its path, with $res: before it or without") {
  for (const char* path : {"f/shop/key", "$res:f/shop/key"}) {
    const auto trigger = parsed(with("authentication_method: none", "authentication_method: api_key") +
                                "authentication_resource_path: " + path + "\n");
    CHECK(trigger.fault.empty());
    CHECK(trigger.authentication.resource_path == "f/shop/key");
  }
}

TEST_CASE("A short file will do") {
  const HttpTrigger trigger =
      parsed("route_path: a\nhttp_method: get\nscript_path: f/a/b\nauthentication_method: windmill\n");
  CHECK(trigger.fault.empty());
  CHECK(trigger.method == "GET");
  CHECK(trigger.authentication.method == AuthenticationMethod::windmill);
  CHECK(trigger.request_type == RequestType::sync);
}

TEST_CASE("What a route's file may choose") {
  CHECK(parsed(with("wrap_body: false", "wrap_body: true")).wrap_body);
  CHECK(parsed(with("raw_string: false", "raw_string: true")).raw_string);
  CHECK(parsed(with("workspaced_route: false", "workspaced_route: true")).workspaced);
  CHECK(parsed(written + "allowed_origins: [https://a.example, '*']").allowed_origins ==
        std::vector<std::string>{"https://a.example", "*"});
  CHECK(parsed(written + "allowed_origins: []").allowed_origins == std::vector<std::string>{});
  CHECK(parsed(written + "mode: disabled").mode == TriggerMode::disabled);
  CHECK(parsed(written + "enabled: false").mode == TriggerMode::disabled);
  CHECK(parsed(written + "mode: enabled\nenabled: false").mode == TriggerMode::enabled);
  const auto signature =
      parsed(with("authentication_method: none",
                  "authentication_method: signature\nauthentication_resource_path: u/ada/x"));
  CHECK(signature.authentication.method == AuthenticationMethod::signature);
  CHECK(signature.authentication.resource_path == "u/ada/x");
}

TEST_CASE("The older word for async counts where the newer is missing") {
  CHECK(parsed(with("request_type: sync", "is_async: true")).request_type == RequestType::async);
  CHECK(parsed(written + "is_async: true").request_type == RequestType::sync);
}

TEST_CASE("What is not supported has a sentence") {
  const std::pair<std::string, std::string> rows[] = {
      {with("is_flow: false", "is_flow: true"), "is_flow"},
      {with("request_type: sync\nauthentication_method: none",
            "request_type: sync_sse\nauthentication_method: signature\nauthentication_resource_path: f/a/b"),
       "accept_once: false"},
      {with("is_static_website: false", "is_static_website: true"), "static"},
      {with("static_asset_config: null", "static_asset_config: {s3: a}"), "static"},
      {written + "mode: suspended", "mode suspended"},
  };
  for (const auto& [yaml, word] : rows) CHECK_THAT(unsupported_in(parsed(yaml)), Contains(word));
}

TEST_CASE("A static file needs no script") {
  CHECK(parsed(with("script_path: f/shop/order", "static_asset_config: {s3: a}") + "#")
            .fault.find("script_path") == std::string::npos);
}

TEST_CASE("What is wrong is the route's fault, with file and line") {
  const std::pair<std::string, std::string> rows[] = {
      {with("http_method: post", "http_method: POST"),
       ":8: http_method is \"POST\", but must be one of get, post"},
      {with("http_method: post\n", ""), ":1: http_method is missing"},
      {with("authentication_method: none\n", ""), ":1: authentication_method is missing"},
      {with("authentication_method: none", "authentication_method: null"),
       ":1: authentication_method is missing"},
      {with("authentication_method: none", "authentication_method: nobody"),
       ":7: authentication_method is \"nobody\""},
      {with("authentication_method: none", "authentication_method: [none]"),
       "authentication_method is a list"},
      {with("script_path: f/shop/order", "script_path:"), ":1: script_path is missing"},
      {with("wrap_body: false", "wrap_body: maybe"),
       "wrap_body is \"maybe\", but must be one of false, true"},
      {with("request_type: sync", "request_type: later"), "request_type is \"later\""},
      {written + "authentication_method: none\n", ":14: authentication_method is there twice"},
      {written + "allowed_addresses: 192.0.2.1\n",
       "allowed_addresses is \"192.0.2.1\", but must be a list of addresses"},
      {written + "allowed_addresses: []\n", "allowed_addresses is empty: nobody may call"},
      {written + "allowed_addresses:\n", "allowed_addresses is \"\", but must be a list of addresses"},
      {written + "allowed_addresses: [192.0.2.1, 192.0.2.1/24]\n",
       "allowed_addresses: item 2 is no address, and no range"},
      {written + "allowed_addresses: [[192.0.2.1]]\n", "allowed_addresses: item 1 is no address"},
      {with("authentication_method: none", "authentication_method: signature"),
       "authentication_resource_path is missing"},
      {written + "allowed_origins: shop\n", "allowed_origins is \"shop\", but must be a list of origins"},
      {written + "allowed_origins: ['*', shop]\n", "allowed_origins: item 2 must be *, or http"},
  };
  for (const auto& [yaml, why] : rows) {
    const HttpTrigger trigger = parsed(yaml);
    CHECK_THAT(trigger.fault, Contains(why));
    CHECK(trigger.fault.starts_with("f/t/x.http_trigger.yaml:"));
    CHECK(show(trigger.path) == "orders/:id");
  }
  CHECK(parsed(with("http_method: post", "http_method: POST")).method.empty());
}

TEST_CASE("A file that tells no path is an error with its line") {
  const std::pair<std::string, std::string> rows[] = {
      {"", "x:1: must be a map"},
      {"[1]", "x:1: must be a map"},
      {"a: [", "x:"},
      {with("route_path: orders/:id\n", ""), "x:1: route_path is missing"},
      {with("route_path: orders/:id", "route_path: /orders"),
       "x:5: route_path is \"/orders\": it must not begin"},
      {with("route_path: orders/:id", "route_path: {}"), "x:5: route_path is a map"},
      {written + "route_path: other\n", "x:14: route_path is there twice"},
      {with("workspaced_route: false", "workspaced_route: maybe"), "x:10: workspaced_route is \"maybe\""},
  };
  for (const auto& [yaml, why] : rows) {
    const auto trigger = parse_http_trigger(yaml, "x");
    REQUIRE_FALSE(trigger);
    CHECK_THAT(trigger.error().message, Contains(why));
  }
}

TEST_CASE("Slips, and what has no effect, are told with their lines") {
  const auto slips = slips_in_trigger(written + "wrapbody: true\nretry: {}\nnonsense: 1\n", "x");
  REQUIRE(slips.size() == 3);
  CHECK(slips[0] == "x:14: wrapbody means nothing; did you mean wrap_body?");
  CHECK(slips[1] == "x:15: retry is not supported, and has no effect");
  CHECK(slips[2] == "x:16: nonsense means nothing");
}
