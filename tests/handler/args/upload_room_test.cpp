#include "handler/args/upload_room.h"

#include <catch2/catch.hpp>

using namespace towermill;  // NOLINT

TEST_CASE("Uploads take room until it is full, and give it back") {
  UploadRoom room(100);
  CHECK(room.take(60));
  CHECK_FALSE(room.take(41));
  CHECK(room.take(40));
  CHECK_FALSE(room.take(1));
  room.give_back(60);
  CHECK(room.take(60));
}

TEST_CASE("Room without a limit is never full") {
  UploadRoom room(0);
  for (int i = 0; i < 10; ++i) CHECK(room.take(std::size_t{1} << 60));
}
