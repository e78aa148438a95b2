#include "handler/front/idle.h"

#include <catch2/catch.hpp>
#include <vector>

using namespace towermill;  // NOLINT(google-build-using-namespace)

namespace {

UniqueFd some_fd() {
  auto made = make_eventfd();
  REQUIRE(made.ok());
  return std::move(*made);
}

}  // namespace

TEST_CASE("Idle connections keep their order, whoever leaves and comes back") {
  IdleConnections idle;
  std::vector<int> fds;
  for (int i = 0; i < 4; ++i) {
    UniqueFd fd = some_fd();
    fds.push_back(fd.get());
    idle.add({std::move(fd), i == 3});
  }
  CHECK(idle.all() == fds);
  CHECK(idle.is_new(fds[3]));
  Idle back = idle.take(fds[1]);
  CHECK(back.connection.get() == fds[1]);
  CHECK(idle.all() == std::vector<int>{fds[0], fds[2], fds[3]});
  idle.add({std::move(back.connection), false});
  CHECK(idle.all() == std::vector<int>{fds[0], fds[2], fds[3], fds[1]});
  CHECK(idle.oldest() == fds[0]);
  CHECK(idle.newer_than(fds[0]) == fds[2]);
  CHECK(idle.newer_than(fds[1]) == -1);
  CHECK(idle.take(fds[0]).connection.get() == fds[0]);
  CHECK(idle.take(fds[1]).connection.get() == fds[1]);
  CHECK(idle.all() == std::vector<int>{fds[2], fds[3]});
  CHECK(idle.size() == 2);
}

TEST_CASE("Who is not among the idle cannot be taken") {
  IdleConnections idle;
  CHECK_FALSE(idle.take(1000).connection);
  CHECK(idle.oldest() == -1);
  UniqueFd fd = some_fd();
  const int number = fd.get();
  idle.add({std::move(fd), false});
  idle.take(number);
  CHECK_FALSE(idle.take(number).connection);
  CHECK(idle.all().empty());
}
