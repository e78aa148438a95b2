#include "handler/workspace/trigger_files.h"

#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>

#include "tests/temp_folder.h"

using namespace towermill;  // NOLINT(google-build-using-namespace)

namespace {

/// As if nothing had been changed for a minute.
std::int64_t a_minute_later() { return file_clock_ns() + 60'000'000'000; }

std::string yaml(const std::string& path) {
  return "route_path: " + path + "\nhttp_method: get\nscript_path: f/a/b\nauthentication_method: none\n";
}

std::int64_t time_of_a_new_file(const TempFolder& folder) {
  const auto root = open_root(folder.path());
  std::filesystem::remove(folder.write("probe", ""));
  folder.write("probe", "");
  return glance_at(root->get(), "probe")->stamp.mtime_ns;
}

/// Waits until what is changed now has another time than what was changed before.
void let_the_files_clock_tick() {
  const TempFolder folder;
  const std::int64_t before = time_of_a_new_file(folder);
  while (time_of_a_new_file(folder) == before) {
  }
}

/// The paths of all, or what is wrong with them.
std::string paths(TriggerFiles& files) {
  let_the_files_clock_tick();
  const auto now = files.now();
  let_the_files_clock_tick();
  std::string all;
  for (const auto& file : *now)
    all += (all.empty() ? "" : ", ") +
           (file->trigger ? show(file->trigger->path) : "(" + file->trigger.error().message + ")");
  return all;
}

/// Files' modes count for nothing to root: for a while this program is nobody.
class NotRoot {
 public:
  NotRoot() : was_root_(::geteuid() == 0 && ::seteuid(65534) == 0) {}
  NotRoot(const NotRoot&) = delete;
  NotRoot& operator=(const NotRoot&) = delete;
  ~NotRoot() {
    if (was_root_ && ::seteuid(0) != 0) std::abort();
  }

 private:
  const bool was_root_;
};

}  // namespace

// Both when files are too young to be trusted by their stamps, and when they are not.
TEST_CASE("Routes' files are found, and a change counts from the next look on") {
  for (const auto clock : {&file_clock_ns, &a_minute_later}) {
    const TempFolder folder;
    TriggerFiles files(folder.path(), clock);
    CHECK(paths(files).empty());
    folder.write("f/x/a.http_trigger.yaml", yaml("a"));
    CHECK(paths(files) == "a");
    folder.write("u/ada/deep/er/b.http_trigger.yaml", yaml("b"));
    CHECK(paths(files) == "a, b");
    folder.write("f/x/a.http_trigger.yaml", yaml("another"));
    CHECK(paths(files) == "another, b");
    std::filesystem::rename(folder.path() + "/f/x", folder.path() + "/f/y");
    CHECK(paths(files) == "another, b");
    CHECK((*files.now())[0]->file == "f/y/a.http_trigger.yaml");
    std::filesystem::remove(folder.path() + "/f/y/a.http_trigger.yaml");
    CHECK(paths(files) == "b");
    std::filesystem::remove_all(folder.path() + "/u");
    CHECK(paths(files).empty());
  }
}

TEST_CASE("As long as nothing changes nothing is made anew") {
  const TempFolder folder;
  folder.write("f/x/a.http_trigger.yaml", yaml("a"));
  folder.write("f/x/b.http_trigger.yaml", yaml("b"));
  for (const auto clock : {&file_clock_ns, &a_minute_later}) {
    TriggerFiles files(folder.path(), clock);
    const auto first = files.now();
    let_the_files_clock_tick();
    folder.write("f/x/script.py", "");
    CHECK(files.now() == first);
    CHECK(files.now() == first);
    let_the_files_clock_tick();
    folder.write("f/x/b.http_trigger.yaml", yaml("another"));
    const auto second = files.now();
    CHECK((*second)[0] == (*first)[0]);
    CHECK((*second)[1] != (*first)[1]);
    folder.write("f/x/b.http_trigger.yaml", yaml("b"));
    let_the_files_clock_tick();
  }
}

TEST_CASE("What cannot be a path of the workspace is no route's file") {
  const TempFolder folder;
  for (const char* file :
       {"a", "f/a", "g/x/a", "f/.x/a", "f/x/.a", "f/x/a.b", "f/x.flow/a/b", "f/x/node_modules/a"})
    folder.write(std::string(file) + ".http_trigger.yaml", yaml("a"));
  folder.write("f/x/a.kafka_trigger.yaml", yaml("a"));
  TriggerFiles files(folder.path());
  CHECK(paths(files).empty());
}

TEST_CASE("Links are followed inside the workspace, never out of it, and never in a circle") {
  const TempFolder folder, outside;
  folder.write("f/x/a.http_trigger.yaml", yaml("a"));
  outside.write("secret.http_trigger.yaml", yaml("secret"));
  std::filesystem::create_directory_symlink(folder.path() + "/f", folder.path() + "/f/x/circle");
  std::filesystem::create_directory_symlink("../f/x", folder.path() + "/f/linked");
  std::filesystem::create_directory_symlink("x", folder.path() + "/f/again");
  std::filesystem::create_directory_symlink(outside.path(), folder.path() + "/f/out");
  std::filesystem::create_symlink(outside.path() + "/secret.http_trigger.yaml",
                                  folder.path() + "/f/x/out.http_trigger.yaml");
  for (const auto clock : {&file_clock_ns, &a_minute_later}) {
    TriggerFiles files(folder.path(), clock);
    CHECK(paths(files) ==
          "a, (f/again/out.http_trigger.yaml cannot be read), a, (f/linked/out.http_trigger.yaml "
          "cannot be read), a, (f/x/out.http_trigger.yaml cannot be read)");
    CHECK(paths(files) == paths(files));
  }
}

TEST_CASE("A folder that cannot be read is told once, as long as it cannot") {
  const TempFolder folder;
  folder.write("f/x/a.http_trigger.yaml", yaml("a"));
  folder.write("f/y/b.http_trigger.yaml", yaml("b"));
  ::chmod(folder.path().c_str(), 0755);
  for (const auto clock : {&file_clock_ns, &a_minute_later}) {
    TriggerFiles files(folder.path(), clock);
    ::chmod((folder.path() + "/f/y").c_str(), 0);
    {
      const NotRoot stranger;
      CHECK(paths(files) == "a, (f/y is a folder that cannot be read)");
      CHECK((*files.now())[1] == (*files.now())[1]);
    }
    ::chmod((folder.path() + "/f/y").c_str(), 0755);
    const NotRoot stranger;
    CHECK(paths(files) == "a, b");
  }
}

TEST_CASE("A link counts from when it leads somewhere") {
  const TempFolder folder;
  folder.write("f/x/script.py", "");
  std::filesystem::create_symlink("later.txt", folder.path() + "/f/x/a.http_trigger.yaml");
  std::filesystem::create_directory_symlink("later", folder.path() + "/f/y");
  TriggerFiles files(folder.path(), a_minute_later);
  CHECK(paths(files).empty());
  folder.write("f/x/later.txt", yaml("a"));
  CHECK(paths(files) == "a");
  folder.write("f/later/b.http_trigger.yaml", yaml("b"));
  CHECK(paths(files) == "b, a, b");
}

TEST_CASE("A file that is wrong is told, and right again when it is") {
  const TempFolder folder;
  folder.write("f/x/a.http_trigger.yaml", "[");
  for (const auto clock : {&file_clock_ns, &a_minute_later}) {
    TriggerFiles files(folder.path(), clock);
    CHECK(paths(files).starts_with("(f/x/a.http_trigger.yaml:"));
    CHECK(files.now() == files.now());
    folder.write("f/x/a.http_trigger.yaml", yaml("a"));
    CHECK(paths(files) == "a");
    folder.write("f/x/a.http_trigger.yaml", "[");
  }
}

TEST_CASE("A workspace that is replaced by another has the other's routes") {
  const TempFolder folder;
  folder.write("one/f/x/a.http_trigger.yaml", yaml("one"));
  folder.write("two/f/x/a.http_trigger.yaml", yaml("two"));
  std::filesystem::create_directory_symlink("one", folder.path() + "/now");
  TriggerFiles files(folder.path() + "/now", a_minute_later);
  CHECK(paths(files) == "one");
  std::filesystem::create_directory_symlink("two", folder.path() + "/next");
  std::filesystem::rename(folder.path() + "/next", folder.path() + "/now");
  CHECK(paths(files) == "two");
  std::filesystem::remove(folder.path() + "/now");
  CHECK(paths(files).empty());
}
