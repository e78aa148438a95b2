#pragma once

#include "runner/languages/language.h"

namespace towermill {

const Language& bash_language();

}  // namespace towermill
