#include "runner/pool/hang_ups.h"

#include <catch2/catch.hpp>
#include <utility>
#include <vector>

using namespace towermill;  // NOLINT(google-build-using-namespace)
using std::chrono::seconds;

namespace {

using Names = std::vector<std::uint64_t>;

SocketPair client() {
  auto made = make_stream_pair();
  REQUIRE(made.ok());
  return std::move(*made);
}

TimePoint soon() { return Clock::now() + seconds(20); }

}  // namespace

TEST_CASE("A client that hangs up is told by its name, once") {
  auto hang_ups = HangUps::make();
  REQUIRE(hang_ups.ok());
  SocketPair one = client(), other = client();
  hang_ups->add(one.ours.get(), 1);
  hang_ups->add(other.ours.get(), 2);
  REQUIRE(write_all(one.theirs.get(), "still there").ok());
  CHECK(hang_ups->look().empty());
  other.theirs.reset();
  CHECK(hang_ups->wait(soon()) == Names{2});
  CHECK(hang_ups->look().empty());
}

TEST_CASE("Who is no longer watched is not told of") {
  auto hang_ups = HangUps::make();
  REQUIRE(hang_ups.ok());
  SocketPair one = client();
  hang_ups->add(one.ours.get(), 1);
  hang_ups->remove(one.ours.get());
  one.theirs.reset();
  CHECK(hang_ups->look().empty());
}

TEST_CASE("A call ends the wait, also one that is looked past before") {
  auto hang_ups = HangUps::make();
  REQUIRE(hang_ups.ok());
  hang_ups->call();
  CHECK(hang_ups->look().empty());
  const TimePoint start = Clock::now();
  CHECK(hang_ups->wait(start + seconds(50)).empty());
  CHECK(Clock::now() < start + seconds(40));
  CHECK(hang_ups->wait(Clock::now() + std::chrono::milliseconds(1)).empty());
}
