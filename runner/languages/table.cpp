#include "runner/languages/bash/bash.h"
#include "runner/languages/executable/executable.h"
#include "runner/languages/language.h"
#include "runner/languages/php/php.h"
#include "runner/languages/python/python.h"

namespace towermill {

const std::vector<LanguageRow>& language_table() {
  static const std::vector<LanguageRow> table = {
      {".php", &php_language()},
      {".py", &python_language()},
      {".sh", &bash_language()},
      {"", &executable_language()},
  };
  return table;
}

}  // namespace towermill
