#include "handler/workspace/shebang.h"

#include <catch2/catch.hpp>

using namespace towermill;
using Catch::Contains;

TEST_CASE("an interpreter that is there, or none, is no news") {
  for (const char* program :
       {"#!/bin/sh\n", "#!/bin/sh", "#! /bin/sh -e\n", "#!/usr/bin/env sh\n", "#!/usr/bin/env -S sh -e\n",
        "#!/usr/bin/env -u HOME sh\n", "#!/usr/bin/env A=b sh\n", "#!/usr/bin/env /bin/sh\n",
        "\x7f"
        "ELF",
        ""}) {
    INFO(program);
    CHECK(missing_interpreter(program, "/usr/bin:/bin") == std::nullopt);
  }
}

TEST_CASE("an interpreter that is not there is named") {
  const auto why = [](std::string_view program) {
    return missing_interpreter(program, "/usr/bin:/bin").value_or("");
  };
  CHECK_THAT(why("#!/no/such/ruby -w\n"), Contains("/no/such/ruby is not there"));
  CHECK_THAT(why("#!/tmp\n"), Contains("/tmp is not there"));
  CHECK_THAT(why("#!sh\n"), Contains("sh is not there"));
  CHECK_THAT(why("#!/usr/bin/env no-such-node\n"),
             Contains("no-such-node is not there, nor in /usr/bin:/bin"));
  CHECK_THAT(why("#!/usr/bin/env -S no-such-node --flag\n"), Contains("no-such-node"));
  CHECK_THAT(why("#!\nsh"), Contains("names no interpreter"));
  CHECK_THAT(why("#!/bin/sh\r\n"), Contains("CR LF"));
}
