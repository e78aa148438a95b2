#include "handler/auth/scopes.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "handler/auth/permissions.h"

using namespace towermill;  // NOLINT(google-build-using-namespace)

namespace {

using Texts = std::vector<std::string>;

Scopes scopes(const Texts& texts) {
  auto parsed = Scopes::parse(texts);
  INFO(texts.front());
  REQUIRE(parsed);
  return std::move(*parsed);
}

bool may_run(const Texts& texts, const std::string& path, std::string_view kind = "scripts") {
  return scopes(texts).allow({"jobs", "run", kind, path});
}

}  // namespace

TEST_CASE("Which scopes let a script run") {
  struct Case {
    Texts scopes;
    std::string path;
    bool may;
  };
  const std::vector<Case> cases = {
      {{"*"}, "f/x/y", true},
      {{"jobs:*"}, "f/x/y", true},
      {{"jobs:run"}, "f/x/y", true},
      {{"jobs:run:scripts"}, "f/x/y", true},
      {{"jobs:run:scripts"}, "", true},
      {{"jobs:run:scripts:*"}, "f/x/y", true},
      {{"jobs:run:scripts:f/x/y"}, "f/x/y", true},
      {{"jobs:run:scripts:f/x/y"}, "f/x/yy", false},
      {{"jobs:run:scripts:f/x/y"}, "f/x/y/z", false},
      {{"jobs:run:scripts:f/x/y"}, "f/x", false},
      {{"jobs:run:scripts:f/x/y"}, "F/x/y", false},
      {{"jobs:run:scripts:f/x/y"}, "", false},
      {{"jobs:run:scripts:f/x/*"}, "f/x/y", true},
      {{"jobs:run:scripts:f/x/*"}, "f/x/y/z", true},
      {{"jobs:run:scripts:f/x/*"}, "f/xy/z", false},
      {{"jobs:run:scripts:f/x/*"}, "f/x", false},
      {{"jobs:run:scripts:f/x/*"}, "f/x/", false},
      {{"jobs:run:scripts:f/a/b,f/x/*"}, "f/x/y", true},
      {{"jobs:run:scripts:f/a/b,f/c/*"}, "f/x/y", false},
      {{"jobs:run:flows"}, "f/x/y", false},
      {{"jobs:read"}, "f/x/y", false},
      {{"jobs:write"}, "f/x/y", false},
      {{"scripts:run"}, "f/x/y", false},
      {{"run:script/f/x/y"}, "f/x/y", true},
      {{"run:script/f/x/y"}, "f/x/z", false},
      {{"run:flow/f/x/y"}, "f/x/y", false},
      {{"metrics", "jobs:run:scripts:f/x/y"}, "f/x/y", true},
      {{"if_jobs:filter_tags:a"}, "f/x/y", true},
      {{"if_jobs:filter_tags:a", "jobs:run:flows"}, "f/x/y", false},
  };
  for (const Case& each : cases) {
    INFO(each.scopes[0] << " " << each.path);
    CHECK(may_run(each.scopes, each.path) == each.may);
  }
  CHECK(may_run({"run:flow/f/x/y"}, "f/x/y", "flows"));
  CHECK_FALSE(Scopes().allow({"jobs", "run", "scripts", "f/x/y"}));
  CHECK(Scopes::everything().allow({"jobs", "run", "scripts", "f/x/y"}));
}

TEST_CASE("Who writes or runs may read too, and not the other way") {
  CHECK(scopes({"scripts:write"}).allow({"scripts", "read"}));
  CHECK(scopes({"jobs:run"}).allow({"jobs", "read"}));
  CHECK_FALSE(scopes({"scripts:read"}).allow({"scripts", "write"}));
  CHECK_FALSE(scopes({"jobs:run"}).allow({"scripts", "read"}));
  CHECK_FALSE(scopes({"jobs:write"}).allow({"jobs", "run"}));
}

TEST_CASE("Texts that are no scopes") {
  for (const char* text : {"",
                           "job:run",
                           "jobs",
                           "jobs:",
                           "jobs:start",
                           "jobs:run:script",
                           "jobs:run:scripts:",
                           "jobs:run:scripts:f/x*",
                           "jobs:run:scripts:f/*/y",
                           "jobs:run:scripts:f//y",
                           "jobs:run:scripts:/f/x",
                           "jobs:run:scripts:f/../x",
                           "jobs:run:scripts:f/x/y,",
                           "jobs:run:scripts:f/x/y:z",
                           "jobs:run:*",
                           "run:script/",
                           "run:scripts/f/x",
                           "*:*",
                           "JOBS:RUN",
                           " jobs:run",
                           "if_jobs:filter_tags:",
                           "if_jobs:filter_tags:a,,b",
                           "metrics:",
                           "jobs:run\n",
                           "jobs:run:scripts:f/\xff/y"}) {
    INFO(text);
    CHECK_FALSE(Scopes::parse({text}));
  }
  CHECK_FALSE(Scopes::parse({"if_jobs:filter_tags:a", "if_jobs:filter_tags:b"}));
  CHECK_FALSE(Scopes::parse({"jobs:run:scripts:" + std::string(1000, 'a')}));
  CHECK(Scopes::parse({"job:run"}).error().message.find("the scope job:run is not right") == 0);
}

TEST_CASE("Tags leave what the others allow to jobs of these") {
  const Scopes some = scopes({"jobs:run", "if_jobs:filter_tags:heavy,bash"});
  CHECK(some.allow_tag("heavy"));
  CHECK(some.allow_tag("bash"));
  CHECK_FALSE(some.allow_tag("python3"));
  CHECK(scopes({"jobs:run"}).allow_tag("python3"));
  CHECK_FALSE(some.allow_everything());
  CHECK_FALSE(scopes({"if_jobs:filter_tags:a"}).allow_everything());
}

TEST_CASE("Whether a token's scopes are within another's") {
  struct Case {
    Texts narrow, wide;
    bool within;
  };
  const std::vector<Case> cases = {
      {{"jobs:run:scripts:f/x/y"}, {"*"}, true},
      {{"jobs:run:scripts:f/x/y"}, {"jobs:run:scripts:f/x/y"}, true},
      {{"jobs:run:scripts:f/x/y"}, {"jobs:run:scripts:f/x/*"}, true},
      {{"jobs:run:scripts:f/x/*"}, {"jobs:run:scripts:f/*"}, true},
      {{"jobs:run:scripts:f/x/*"}, {"jobs:run:scripts:*"}, true},
      {{"jobs:run:scripts:*"}, {"jobs:run:scripts"}, true},
      {{"jobs:run:scripts:*"}, {"jobs:run:scripts:f/*"}, false},
      {{"jobs:run:scripts:f/*"}, {"jobs:run:scripts:f/x/*"}, false},
      {{"jobs:run:scripts:f/x/*"}, {"jobs:run:scripts:f/x/y"}, false},
      {{"jobs:run:scripts"}, {"jobs:run:scripts:f/x/*"}, false},
      {{"jobs:run:scripts:f/x/y,f/a/b"}, {"jobs:run:scripts:f/x/*"}, false},
      {{"jobs:run:scripts:f/x/y,f/a/b"}, {"jobs:run:scripts:f/x/*", "jobs:run:scripts:f/a/*"}, true},
      {{"jobs:run"}, {"jobs:run:scripts"}, false},
      {{"jobs:*"}, {"jobs:run", "jobs:read", "jobs:write"}, false},
      {{"jobs:read"}, {"jobs:run"}, true},
      {{"*"}, {"jobs:*", "users:*"}, false},
      {{"*"}, {"*"}, true},
      {{"jobs:run"}, {"*", "if_jobs:filter_tags:a,b"}, false},
      {{"jobs:run", "if_jobs:filter_tags:a"}, {"*", "if_jobs:filter_tags:a,b"}, true},
      {{"jobs:run", "if_jobs:filter_tags:a,c"}, {"*", "if_jobs:filter_tags:a,b"}, false},
      {{"if_jobs:filter_tags:a"}, {"jobs:run"}, false},
      {{"jobs:run", "if_jobs:filter_tags:a"}, {"jobs:run"}, true},
  };
  for (const Case& each : cases) {
    INFO(each.narrow[0] << " within " << each.wide[0]);
    CHECK(scopes(each.narrow).within(scopes(each.wide)) == each.within);
  }
  CHECK(Scopes::everything().within(Scopes::everything()));
  CHECK_FALSE(Scopes::everything().within(scopes({"jobs:*"})));
  CHECK(Scopes().within(scopes({"jobs:read"})));
}

TEST_CASE("What a route wants, and what is missing") {
  const Scopes webhook = scopes({"jobs:run:scripts:f/x/y"});
  CHECK(missing_scope(webhook, Permission::run_script, "f/x/y").empty());
  CHECK(missing_scope(webhook, Permission::run_script, "f/x/z") == "jobs:run:scripts:f/x/z");
  CHECK(missing_scope(webhook, Permission::run_script) == "jobs:run:scripts");
  CHECK(missing_scope(webhook, Permission::read_results).empty());
  CHECK(missing_scope(webhook, Permission::read_scripts) == "scripts:read");
  CHECK(missing_scope(webhook, Permission::read_metrics) == "metrics");
  CHECK(missing_scope(webhook, Permission::read_tokens) == "users:read");
  CHECK(missing_scope(webhook, Permission::write_tokens) == "users:write");
  CHECK(missing_scope(webhook, Permission::be_known).empty());
  CHECK(missing_scope(scopes({"scripts:read"}), Permission::read_results) == "jobs:read");
  CHECK(missing_scope(scopes({"metrics"}), Permission::read_metrics).empty());
  CHECK(missing_scope(scopes({"metrics:read"}), Permission::read_metrics).empty());
}
