#pragma once
// A header's value with parameters, as Content-Type and Content-Disposition have them:
// `form-data; name="a"; filename*=UTF-8''%e2%82%ac`.

#include <string>
#include <string_view>
#include <vector>

#include "runner/base/result.h"

namespace towermill {

struct HeaderParameter {
  std::string name;   // in lower case
  std::string value;  // without its quotes; \" and \\ stand for the second character
};

struct ParameterizedHeader {
  std::string value;  // in lower case: "multipart/form-data"
  std::vector<HeaderParameter> parameters;

  /// The parameter of that name, in lower case, or nullptr.
  const HeaderParameter* find(std::string_view name) const;
};

/// Error: a sentence's end: it is malformed, or has a parameter twice.
Result<ParameterizedHeader> parse_parameters(std::string_view text);

}  // namespace towermill
