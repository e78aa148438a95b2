#include "handler/workspace/versions.h"

#include <catch2/catch.hpp>

#include "tests/temp_folder.h"

using namespace towermill;
using Catch::Contains;
namespace fs = std::filesystem;

namespace {

/// A workspace, a store beside it, and what a server knows of both.
class House {
 public:
  House() : workspace_(open("demo")) {}

  const TempFolder folder;
  const Log log{LogFormat::text, LogLevel::error, -1};
  std::unique_ptr<Versions> versions = anew();

  Workspace open(const std::string& name) const {
    fs::create_directories(folder / name);
    auto workspace = Workspace::open(name, folder / name);
    REQUIRE(workspace);
    return std::move(*workspace);
  }

  /// As after a restart: nothing in memory.
  std::unique_ptr<Versions> anew() const {
    fs::create_directories(folder / "store");
    return std::make_unique<Versions>(folder / "store", log);
  }

  std::string write(const std::string& file, const std::string& bytes) const {
    folder.write("demo/" + file, bytes, file.find('.') == std::string::npos ? 0755 : 0644);
    return script_hash(file.substr(0, file.find('.')), bytes).substr(0, Script::version_digits);
  }

  void run(const std::string& path) const {
    versions->keep(workspace_, *std::get<std::shared_ptr<const Script>>(workspace_.find(path)));
  }

  Lookup find(const std::string& version) const { return versions->find(workspace_, version); }

  /// The bytes of that version, or what was found instead of it.
  std::string source(const std::string& version) const {
    const Lookup lookup = find(version);
    if (std::holds_alternative<NotFound>(lookup)) return "not found";
    if (const auto* broken = std::get_if<Unusable>(&lookup)) return broken->reason;
    return *std::get<std::shared_ptr<const Script>>(lookup)->source;
  }

 private:
  const Workspace workspace_;
};

}  // namespace

TEST_CASE("a version is 16 lower-case hex digits") {
  CHECK(is_version("0123456789abcdef"));
  for (const char* text : {"", "0123456789abcde", "0123456789abcdef0", "0123456789ABCDEF", "0123456789abcdeg",
                           "../../../../etc/x"})
    CHECK_FALSE(is_version(text));
}

TEST_CASE("a version that was run stays after an edit, also for a server that was started since") {
  const House house;
  const std::string first = house.write("f/x/y.py", "1");
  house.run("f/x/y");
  const std::string second = house.write("f/x/y.py", "2");
  CHECK(house.source(first) == "1");
  CHECK(house.source(second) == "2");
  const auto later = house.anew();
  const Lookup lookup = later->find(house.open("demo"), first);
  CHECK(*std::get<std::shared_ptr<const Script>>(lookup)->source == "1");
}

TEST_CASE("a version that was never run is found for as long as it is there") {
  const House house;
  const std::string version = house.write("f/x/y.sh", "echo 1");
  CHECK(house.source(version) == "echo 1");
  house.write("f/x/y.sh", "echo 2");
  CHECK(house.source(version) == "not found");
}

TEST_CASE("all versions end with their script, and are back with it") {
  const House house;
  const std::string version = house.write("f/x/y.py", "1");
  house.run("f/x/y");
  fs::remove(house.folder / "demo/f/x/y.py");
  CHECK(house.source(version) == "not found");
  house.write("f/x/y.sh", "echo 2");
  CHECK(house.source(version) == "1");
  CHECK(std::get<0>(house.find(version))->language->name() == "python3");
}

TEST_CASE("what is at the path now comes before what was kept") {
  const House house;
  const std::string version = house.write("f/x/y.py", "");
  house.run("f/x/y");
  fs::remove(house.folder / "demo/f/x/y.py");
  house.write("f/x/y.sh", "");
  CHECK(std::get<0>(house.find(version))->file == "f/x/y.sh");
}

TEST_CASE("an earlier version has the yaml of now") {
  const House house;
  const std::string version = house.write("f/x/y.py", "1");
  house.write("f/x/y.script.yaml", "timeout: 5\n");
  house.run("f/x/y");
  house.write("f/x/y.py", "2");
  house.write("f/x/y.script.yaml", "timeout: 7\n");
  CHECK(std::get<0>(house.find(version))->meta.limits.at("timeout_s") == 7);
  house.write("f/x/y.script.yaml", "timeout: soon\n");
  CHECK_THAT(house.source(version), Contains("f/x/y.script.yaml:1"));
}

TEST_CASE("an earlier version runs where its path is ambiguous now") {
  const House house;
  const std::string version = house.write("f/x/y.py", "1");
  house.run("f/x/y");
  house.write("f/x/y.py", "2");
  house.write("f/x/y.sh", "echo 3");
  CHECK(house.source(version) == "1");
}

TEST_CASE("a version of another workspace is not found") {
  const House house;
  const std::string version = house.write("f/x/y.py", "1");
  house.run("f/x/y");
  house.folder.write("other/f/x/y.py", "2");
  const Workspace other = house.open("other");
  CHECK(std::holds_alternative<NotFound>(house.versions->find(other, version)));
}

TEST_CASE("a kept version that was tampered with is not found") {
  const House house;
  const std::string version = house.write("f/x/y.py", "1");
  house.run("f/x/y");
  house.write("f/x/y.py", "2");
  const std::string kept = house.folder / ("store/demo/" + version);
  fs::remove(kept);
  house.folder.write("store/demo/" + version, "f/x/y.py\n3", 0400);
  CHECK(house.source(version) == "not found");
}

TEST_CASE("who asks for unknown versions all the time does not have the workspace read each time") {
  const House house;
  const Workspace workspace = house.open("demo");
  Versions patient("", house.log, 100'000'000), usual("", house.log);
  for (Versions* versions : {&patient, &usual})
    CHECK(std::holds_alternative<NotFound>(versions->find(workspace, "0000000000000000")));
  const std::string fresh = house.write("f/x/y.py", "1");
  const auto finds = [&](Versions& versions) {
    return std::holds_alternative<std::shared_ptr<const Script>>(versions.find(workspace, fresh));
  };
  CHECK_FALSE(finds(patient));
  CHECK(finds(usual));
  patient.told_of(workspace, *std::get<0>(workspace.find("f/x/y")));
  CHECK(finds(patient));
}

TEST_CASE("without a store the versions of now are found and no others") {
  const House house;
  Versions versions("", house.log);
  const Workspace workspace = house.open("demo");
  const std::string version = house.write("f/x/y.py", "1");
  const Lookup now = versions.find(workspace, version);
  REQUIRE(std::holds_alternative<std::shared_ptr<const Script>>(now));
  versions.keep(workspace, *std::get<0>(now));
  CHECK(std::holds_alternative<std::shared_ptr<const Script>>(versions.find(workspace, version)));
  house.write("f/x/y.py", "2");
  CHECK(std::holds_alternative<NotFound>(versions.find(workspace, version)));
}

TEST_CASE("a store that cannot be written stops nothing") {
  const House house;
  Versions versions("/no/such/folder", house.log);
  const Workspace workspace = house.open("demo");
  const std::string version = house.write("f/x/y.py", "1");
  versions.keep(workspace, *std::get<0>(workspace.find("f/x/y")));
  CHECK(std::holds_alternative<std::shared_ptr<const Script>>(versions.find(workspace, version)));
}
