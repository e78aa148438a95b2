#include "handler/front/body.h"

#include <catch2/catch.hpp>

using namespace towermill;  // NOLINT(google-build-using-namespace)

TEST_CASE("A body that cannot be taken is refused with the limit that it broke") {
  CHECK(body_too_large(16).status == 413);
  CHECK(body_too_large(16).body == "Payload too large: the body is over body_limit_bytes 16");
  CHECK(body_cut_short().status == 400);
  CHECK(body_too_late(500).status == 408);
  CHECK(body_too_late(500).body == "Request timeout: the body did not arrive within read_ms 500");
}
