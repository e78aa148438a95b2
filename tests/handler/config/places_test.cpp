#include "handler/config/places.h"

#include <catch2/catch.hpp>

using namespace towermill;

TEST_CASE("Settings lie beside the program as called, then beside itself, then in /etc") {
  CHECK(standard_files("/home/u/cgi-bin/hooks.cgi", "/opt/tm/towermill") ==
        Texts{"/home/u/cgi-bin/towermill.yaml", "/opt/tm/towermill.yaml", "/etc/towermill/towermill.yaml"});
}

TEST_CASE("A program called by its name alone is in the current folder") {
  CHECK(standard_files("hooks.cgi", "/towermill").front() == "towermill.yaml");
  CHECK(standard_files("hooks.cgi", "/towermill").at(1) == "/towermill.yaml");
}

TEST_CASE("This program's own folder is among the places") {
  CHECK(standard_files().front().ends_with("/towermill.yaml"));
}
