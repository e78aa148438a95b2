#include <catch2/catch.hpp>

#include "runner/languages/language.h"

TEST_CASE("each ending has its language, the empty one last") {
  std::vector<std::pair<std::string_view, std::string_view>> rows;
  for (const auto& row : towermill::language_table()) rows.emplace_back(row.extension, row.language->name());
  CHECK(rows == decltype(rows){{".php", "php"},
                               {".py", "python3"},
                               {".sh", "bash"},
                               {".bun.ts", "bun"},
                               {".deno.ts", "deno"},
                               {".node.ts", "nodejs"},
                               {".fetch.ts", "bun"},
                               {".ts", "bun"},
                               {".js", "bun"},
                               {".mjs", "bun"},
                               {"", "executable"}});
}
