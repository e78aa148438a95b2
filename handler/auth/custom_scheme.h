#pragma once
// A sender's own way to sign, described in a resource: Windmill's authentication_config, and more.

#include "handler/auth/schemes.h"
#include "handler/config/yaml.h"
#include "runner/base/result.h"

namespace towermill {

/// `config` is a map. Error: what is wrong in it.
Result<Scheme> custom_scheme(const YamlNode& config);

}  // namespace towermill
