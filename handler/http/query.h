#pragma once
// Query strings and percent-encoding.

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "runner/base/result.h"

namespace towermill {

/// Decodes %XX once; a stray "%" is an error. "+" stays: it is a blank only in queries.
Result<std::string> percent_decode(std::string_view text);

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

 private:
  struct Item {
    std::string name, value;
  };
  std::vector<Item> items_;
};

}  // namespace towermill
