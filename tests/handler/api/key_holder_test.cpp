#include "handler/api/key_holder.h"

#include <catch2/catch.hpp>

using namespace towermill;  // NOLINT(google-build-using-namespace)

namespace {

Request with(std::vector<Header> headers) {
  Request request;
  request.headers = std::move(headers);
  return request;
}

const Admitted stranger{{anonymous_name}};

}  // namespace

TEST_CASE("A caller that has a name is told by it alone") {
  const Admitted named{{"label-shop"}};
  CHECK(holder_of_key(with({{"x-key", "1"}}), named, {true, {"x-key"}}) == "label-shop");
}

TEST_CASE("A stranger is told by the headers that the script is given") {
  const HeadersGiven given{false, {"X-Key"}};
  const std::string one = holder_of_key(with({{"x-key", "1"}, {"x-other", "1"}}), stranger, given);
  CHECK(holder_of_key(with({{"x-other", "2"}, {"x-key", "1"}}), stranger, given) == one);
  CHECK(holder_of_key(with({{"x-key", "2"}}), stranger, given) != one);
  CHECK(holder_of_key(with({{"x-key", "1"}, {"x-key", "2"}}), stranger, given) != one);
  CHECK(holder_of_key(with({{"x-other", "1"}}), stranger, given) == anonymous_name);
}

TEST_CASE("Where the script is given all headers, those of one sending tell nobody") {
  const HeadersGiven all{true, {}};
  const std::string one = holder_of_key(with({{"authorization", "1"}, {"date", "1"}}), stranger, all);
  CHECK(holder_of_key(with({{"traceparent", "2"}, {"authorization", "1"}}), stranger, all) == one);
  CHECK(holder_of_key(with({{"authorization", "2"}}), stranger, all) != one);
}

TEST_CASE("What let a stranger in tells him, though no script sees it") {
  const Admitted let_in{{anonymous_name}, {{}, {"x-key"}}};
  CHECK(holder_of_key(with({{"x-key", "1"}}), let_in, {}) !=
        holder_of_key(with({{"x-key", "2"}}), let_in, {}));
}

TEST_CASE("Of two headers no part passes for the other's") {
  const HeadersGiven all{true, {}};
  CHECK(holder_of_key(with({{"a", "1b:1:2"}}), stranger, all) !=
        holder_of_key(with({{"a", "1"}, {"b", "2"}}), stranger, all));
}
