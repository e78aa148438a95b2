#pragma once
// The harness of a JavaScript runtime, as a module in a file. Thread-safe.

#include <initializer_list>
#include <string>
#include <string_view>

#include "runner/base/result.h"
#include "runner/languages/tools.h"

namespace towermill {

struct JsHarness {
  std::string name;  // of the file
  std::string text, hash;
};

/// The runtime's own texts, then those that all runtimes share.
JsHarness make_harness(std::string name, std::initializer_list<std::string_view> own_texts);

/// The absolute path of its file below cache_dir, where no prune takes it within the next hour.
Result<std::string> stored_harness(const JsHarness& harness, const Tools& tools);

}  // namespace towermill
