#include "runner/languages/bash/bash.h"
#include "runner/languages/executable/executable.h"
#include "runner/languages/javascript/javascript.h"
#include "runner/languages/language.h"
#include "runner/languages/php/php.h"
#include "runner/languages/python/python.h"

namespace towermill {

const std::vector<LanguageRow>& language_table() {
  static const std::vector<LanguageRow> table = {
      {".php", &php_language()},
      {".py", &python_language()},
      {".sh", &bash_language()},
      {".bun.ts", &bun_language()},
      {".deno.ts", &deno_language()},
      {".node.ts", &node_language()},
      {".fetch.ts", &javascript_language()},
      {".ts", &javascript_language()},
      {".js", &javascript_language()},
      {".mjs", &javascript_language()},
      {"", &executable_language()},
  };
  return table;
}

}  // namespace towermill
