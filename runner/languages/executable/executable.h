#pragma once

#include "runner/languages/language.h"

namespace towermill {

const Language& executable_language();

}  // namespace towermill
