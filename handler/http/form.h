#pragma once
// application/x-www-form-urlencoded, as forms send it and queries are written (URL Standard, section 5.1).

#include <cstddef>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "runner/base/result.h"

namespace towermill {

struct FormField {
  std::string name, value;  // decoded; any bytes
};

struct FormLimits {
  std::size_t fields = std::numeric_limits<std::size_t>::max();
  std::size_t name_bytes = std::numeric_limits<std::size_t>::max();
};

/// Decodes %XX once; a stray "%" is an error. "+" stays: it is a blank only in forms.
Result<std::string> percent_decode(std::string_view text);

/// The fields in order, each name as often as it came; one without "=" has an empty value. Error: a bad
/// escape; with EFBIG, the name and value of the limit that the text is over.
Result<std::vector<FormField>> parse_form(std::string_view text, const FormLimits& limits = {});

}  // namespace towermill
