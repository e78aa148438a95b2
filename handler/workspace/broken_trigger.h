#pragma once
// What can still be told of a *.http_trigger.yaml that is no YAML.

#include <string_view>

#include "handler/workspace/http_trigger.h"

namespace towermill {

/// A route whose fault is `why`, of any method, where one line of the text tells its path beyond doubt: that
/// is then nobody else's. Error, which is `why`: none does.
Result<HttpTrigger> read_broken_trigger(std::string_view text, std::string_view file, const Error& why);

}  // namespace towermill
