#pragma once
// Query strings.

#include <optional>
#include <string_view>
#include <vector>

#include "handler/http/form.h"
#include "runner/base/result.h"

namespace towermill {

/// A parsed query: names and values decoded, in order.
class Query {
 public:
  /// Errors name the bad escape. An empty text is an empty query.
  static Result<Query> parse(std::string_view text);

  /// The last value of that name; "" for a name without "=".
  std::optional<std::string_view> get(std::string_view name) const;
  /// true, 1 and a name without value ("raw" and "raw=" are the same, as the URL standard's own serializer
  /// turns one into the other) are true; false and 0 are false; absent is false too; anything else is an
  /// error that names the parameter.
  Result<bool> flag(std::string_view name) const;
  Result<std::optional<long>> integer(std::string_view name) const;
  /// All of it, in order.
  const std::vector<FormField>& items() const { return items_; }

 private:
  std::vector<FormField> items_;
};

}  // namespace towermill
