#pragma once

#include "runner/languages/language.h"

namespace towermill {

const Language& javascript_language();  // by the settings' runtime, or by the one that the script names
const Language& bun_language();
const Language& deno_language();
const Language& node_language();

}  // namespace towermill
