#pragma once

#include "runner/languages/language.h"

namespace towermill {

const Language& php_language();

}  // namespace towermill
