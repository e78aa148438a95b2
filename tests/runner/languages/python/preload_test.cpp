#include "runner/languages/python/preload.h"

#include <catch2/catch.hpp>

using namespace towermill;  // NOLINT(google-build-using-namespace)

namespace {

using Names = std::vector<std::string>;

Names named_by(const std::string& source, Names preload = {}) {
  RunSpec spec;
  spec.source = std::make_shared<const std::string>(source);
  spec.preload = std::move(preload);
  return modules_to_preload(spec);
}

}  // namespace

TEST_CASE("The comments that a script begins with name modules to preload") {
  CHECK(named_by("# preload: requests, pandas\nimport x") == Names{"pandas", "requests"});
  CHECK(named_by("#!/usr/bin/python3\n\n# Text.\r\n#preload:a.b\r\n#  preload: c") == Names{"a.b", "c"});
  CHECK(named_by("\xef\xbb\xbf# preload: a") == Names{"a"});
}

TEST_CASE("A comment behind the first line of code is none of these") {
  CHECK(named_by("import x\n# preload: requests").empty());
  CHECK(named_by("'''\n# preload: requests\n'''").empty());
  CHECK(named_by("# preloaded: requests\n# to preload: y").empty());
  CHECK(named_by("").empty());
}

TEST_CASE("The yaml's modules and the comment's are preloaded, each once") {
  CHECK(named_by("# preload: b, a", {"c", "a"}) == Names{"a", "b", "c"});
}

TEST_CASE("What is no module's name, or one of the workspace, is left out") {
  CHECK(named_by("# preload: a b, -c, os;x, ../y, .z, w., 1st, f.x.y, u.me.it, f, __import__('x'), ,ok_1") ==
        Names{"ok_1"});
  CHECK(named_by("# preload: football") == Names{"football"});
}
