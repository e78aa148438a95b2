#include "runner/languages/javascript/harness.h"

#include <utility>

#include "runner/base/crypto.h"
#include "runner/languages/stored_copy.h"

namespace towermill {

namespace embedded {
extern const std::string_view javascript_args;
extern const std::string_view javascript_harness;
extern const std::string_view javascript_rehearsal;
}  // namespace embedded

JsHarness make_harness(std::string name, std::initializer_list<std::string_view> own_texts) {
  std::string text;
  for (const std::string_view own : own_texts) text += own;
  text.append(embedded::javascript_args)
      .append(embedded::javascript_rehearsal)
      .append(embedded::javascript_harness);
  std::string hash = sha256_hex(text);
  return {std::move(name), std::move(text), std::move(hash)};
}

Result<std::string> stored_harness(const JsHarness& harness, const Tools& tools) {
  return stored_copy(tools.cache_dir, harness.hash, harness.name, harness.text);
}

}  // namespace towermill
