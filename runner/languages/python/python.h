#pragma once

#include "runner/languages/language.h"

namespace towermill {

const Language& python_language();

}  // namespace towermill
