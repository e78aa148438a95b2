#include "runner/languages/javascript/esbuild_errors.h"

#include <catch2/catch.hpp>

using namespace towermill;  // NOLINT(google-build-using-namespace)

namespace {

Failed failure(std::string_view log) {
  RunSpec spec;
  spec.file = "f/x/y.ts";
  spec.workspace_root = "/srv/hooks";
  Captured captured;
  captured.run_name = "esbuild";
  captured.exit = {.code = 1, .signal = 0};
  captured.log = log;
  return esbuild_failure(spec, captured);
}

}  // namespace

TEST_CASE("esbuild's first error becomes a SyntaxError with its place in the workspace") {
  const Failed own = failure(
      "✘ [ERROR] Unexpected \"=\"\n\n    y.ts:1:7:\n      1 │ let y: = 1\n\n✘ [ERROR] Other\n\n    "
      "y.ts:9:9:\n");
  CHECK(own.name == "SyntaxError");
  CHECK(own.message == "Unexpected \"=\" (f/x/y.ts:1:8)");
  CHECK(own.stack == "    at f/x/y.ts:1:8");
  CHECK(failure("✘ [ERROR] No\n\n    ../lib/l.ts:2:10:\n").message == "No (f/lib/l.ts:2:11)");
  CHECK(failure("✘ [ERROR] No\n\n    ../../../../etc/l.ts:2:10:\n").message == "No (l.ts:2:11)");
  CHECK(failure("✘ [ERROR] Without a place\n").message == "Without a place (f/x/y.ts)");
}

TEST_CASE("where esbuild did not say what is wrong, its end is told") {
  CHECK(failure("panic").message == "exit code for \"esbuild run\": 1, last log lines:\npanic");
}
