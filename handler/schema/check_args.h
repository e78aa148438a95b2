#pragma once
// Whether args are as a schema says, in the part of JSON Schema that scripts' schemas are written in.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace towermill {

/// A sentence that names the first argument that is not as `schema` says, what came and what was expected:
/// `the argument "count" is "five", but must be an integer`; nullopt: they are. `args` is a checked JSON
/// object. Looked at are type, enum, const, required, properties,
/// additionalProperties (as a schema), items, anyOf, oneOf, minimum, maximum, format date-time and
/// contentEncoding base64; all else means nothing here. For args that need not be there, null is as good as
/// nothing. Linear in the args.
std::optional<std::string> misfit(std::string_view schema, std::string_view args);

}  // namespace towermill
