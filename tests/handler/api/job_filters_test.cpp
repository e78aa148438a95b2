#include "handler/api/job_filters.h"

#include <catch2/catch.hpp>

using namespace towermill;  // NOLINT(google-build-using-namespace)

namespace {

using Statuses = std::vector<JobStatus>;
using Texts = std::vector<std::string>;

Result<JobFilter> read(const std::string& query, Listing listing = Listing::all) {
  return job_filter(*Query::parse(query), "demo", listing, 5000);
}

}  // namespace

TEST_CASE("Statuses are those that all of a query's words leave") {
  using enum JobStatus;
  struct Row {
    const char* query;
    Listing listing;
    Statuses statuses;  // empty: all
  };
  for (const Row& row :
       {Row{"", Listing::all, {}}, Row{"", Listing::queue, {queued, running}},
        Row{"", Listing::completed, {success, failure, canceled, skipped}},
        Row{"running=true", Listing::all, {running}}, Row{"running=false", Listing::all, {queued}},
        Row{"success=true", Listing::all, {success, skipped}},
        Row{"success=false", Listing::all, {failure, canceled}},
        Row{"success=true&is_skipped=false", Listing::all, {success}},
        Row{"status=failure,canceled", Listing::all, {failure, canceled}},
        Row{"status=!success,queued,running", Listing::all, {failure, canceled, skipped}},
        Row{"status=waiting", Listing::all, {queued}}}) {
    INFO(row.query);
    const auto filter = read(row.query, row.listing);
    REQUIRE(filter);
    CHECK(filter->statuses == row.statuses);
    CHECK_FALSE(filter->nothing);
  }
  for (const char* query :
       {"suspended=true", "is_flow_step=true", "status=suspended", "running=true&status=success"})
    CHECK(read(query)->nothing);
}

TEST_CASE("Words are divided by commas, and others are meant behind an exclamation mark") {
  const auto filter = read("job_kinds=script,flow&tag=!a,b&created_by=ada&worker=&trigger_kind=http");
  CHECK(filter->kinds.any == Texts{"script", "flow"});
  CHECK(filter->tags.none == Texts{"a", "b"});
  CHECK(filter->tags.any.empty());
  CHECK(filter->created_by.any == Texts{"ada"});
  CHECK(filter->workers.any.empty());
  CHECK(filter->triggers.any == Texts{"http"});
  CHECK(read("is_not_schedule=true")->triggers.none == Texts{"schedule"});
  CHECK(read("schedule_path=f/a/s")->trigger_path == "f/a/s");
  CHECK(read("script_path_exact=f/a/*&allow_wildcards=true")->scripts.patterns);
  CHECK(read("has_null_parent=true")->has_parent == false);
  CHECK_FALSE(read("has_null_parent=false")->has_parent);
}

TEST_CASE("A page is a hundred jobs, or as many as are asked for, a thousand at most") {
  CHECK(read("")->count == 100);
  CHECK(read("")->offset == 0);
  CHECK(read("page=0&per_page=0")->count == 1);
  CHECK(read("page=3&per_page=30")->count == 30);
  CHECK(read("page=3&per_page=30")->offset == 60);
  CHECK(read("per_page=5000")->count == 1000);
  CHECK(read("")->order == ListOrder::newest_first);
  CHECK(read("order_desc=false")->order == ListOrder::oldest_first);
}

TEST_CASE("Moments are those of RFC 3339") {
  CHECK(read("created_before=1970-01-01T00:00:01Z")->created_before == 1000);
  CHECK(read("completed_after=1970-01-01T00:00:02%2B00:00")->completed_after == 2000);
  CHECK(read("scheduled_for_before_now=true")->due_by == 5000);
}

TEST_CASE("What cannot be meant is refused with a sentence") {
  struct Row {
    const char *query, *sentence;
  };
  for (const Row& row :
       {Row{"success=true&running=false", "cannot specify both success and running"},
        Row{"created_before=yesterday", "created_before must be a time as 2026-01-31T12:00:00Z"},
        Row{"status=odd", "status must be success, failure, canceled, skipped, running or queued, not odd"},
        Row{"args=%7B%7D", "the filter args is not supported"},
        Row{"all_workspaces=true", "all_workspaces is not supported: ask each workspace"}}) {
    const auto filter = read(row.query);
    REQUIRE_FALSE(filter);
    CHECK(filter.error().message == row.sentence);
  }
  CHECK_FALSE(read("per_page=many"));
  CHECK_FALSE(read("running=perhaps"));
}
