#include "handler/reply/reserved_keys.h"

#include <catch2/catch.hpp>

using namespace towermill;  // NOLINT

TEST_CASE("Every windmill key has a wm alias, wm_failure and result have none") {
  for (const ReservedKeyRow& row : reserved_key_table()) {
    CAPTURE(row.name);
    if (row.name.starts_with("windmill_")) {
      CHECK(row.alias == "wm_" + std::string(row.name.substr(9)));
    } else {
      CHECK(row.alias.empty());
    }
    CHECK_FALSE(row.effect.empty());
  }
  CHECK(reserved_key_table().size() == 6);
}
