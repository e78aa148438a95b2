#pragma once
// The parameters of a script's entry, as they stand in its source, types included.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace towermill {

struct JsParameter {
  std::string name;  // of a pattern "anon<N>", N counting the patterns from 1, as Windmill names them
  std::string type;  // as written, "" where there is none
  std::string default_value;  // as written, "" where there is none
  bool optional = false;      // "b?"
  bool rest = false;          // "...items"
  bool pattern = false;       // "{ a, b }" or "[a, b]"

  bool operator==(const JsParameter&) const = default;
};

/// The parameters of the function that `source` exports as `entry`; where it is declared several times, as an
/// overloaded one, those of the last. nullopt where they do not stand there: no such export, one from another
/// file, or a value that only the run can tell, as `export const main = wrap(f)`. "this" is no parameter.
std::optional<std::vector<JsParameter>> js_parameters(std::string_view source,
                                                      std::string_view entry = "main");

/// Whether a value of the type may be `kind` and nothing else, save null and undefined: "Date | null" is
/// Date.
bool js_type_is(std::string_view type, std::string_view kind);

}  // namespace towermill
