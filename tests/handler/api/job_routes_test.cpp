#include "handler/api/job_routes.h"

#include <catch2/catch.hpp>

#include "runner/base/text.h"

using namespace towermill;  // NOLINT(google-build-using-namespace)

namespace {

std::optional<JobRoute> route(const std::string& path) { return find_job_route(split(path, '/')); }

}  // namespace

TEST_CASE("A path about jobs tells workspace, deed and what it is about") {
  struct Row {
    const char* path;
    JobDeed deed;
    const char *what, *methods;
  };
  constexpr const char *reads = "GET, HEAD, OPTIONS", *deeds = "OPTIONS, POST";
  for (const Row& row :
       {Row{"jobs_u/get/1", JobDeed::get, "1", reads},
        Row{"jobs_u/completed/get/1", JobDeed::get_completed, "1", reads},
        Row{"jobs_u/completed/get_result/1", JobDeed::get_result, "1", reads},
        Row{"jobs_u/completed/get_result_maybe/1", JobDeed::get_result_maybe, "1", reads},
        Row{"jobs_u/getupdate/1", JobDeed::get_update, "1", reads},
        Row{"jobs_u/queue/cancel/1", JobDeed::cancel, "1", deeds},
        Row{"jobs_u/queue/cancel_persistent/f/a/b", JobDeed::cancel_persistent, "f/a/b", deeds},
        Row{"jobs/list", JobDeed::list, "", reads}, Row{"jobs/queue/list", JobDeed::list_queue, "", reads},
        Row{"jobs/queue/position/5", JobDeed::queue_position, "5", reads},
        Row{"jobs/queue/cancel_selection", JobDeed::cancel_selection, "", deeds},
        Row{"jobs/completed/delete/1", JobDeed::wipe, "1", deeds}}) {
    INFO(row.path);
    const auto found = route("api/w/demo/" + std::string(row.path));
    REQUIRE(found);
    CHECK(found->workspace == "demo");
    CHECK(found->deed == row.deed);
    CHECK(found->what == row.what);
    CHECK(found->methods == row.methods);
  }
}

TEST_CASE("What is read without a token has another path than what is not") {
  for (const char* path :
       {"api/w/demo/jobs/get/1", "api/w/demo/jobs_u/list", "api/w/demo/jobs_u/get",
        "api/w/demo/jobs_u/get/1/2", "api/w/demo/jobs/list/1", "api/w/demo/jobs/run/p/f/a/b",
        "api/x/demo/jobs_u/get/1", "w/demo/jobs_u/get/1", "api/w/demo/jobs_u/queue/cancel"}) {
    INFO(path);
    CHECK_FALSE(route(path));
  }
}
