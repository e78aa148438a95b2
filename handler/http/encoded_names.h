#pragma once
// The names of fields and files as senders encode them in a part's headers.

#include <string>
#include <string_view>

#include "runner/base/result.h"

namespace towermill {

/// Undoes what browsers do to a name in quotes, and nothing else: %22, %0D and %0A (HTML Standard, section
/// 4.10.21.8). A "%" of the name itself they leave alone.
std::string decode_form_name(std::string_view text);

/// Encoded words of RFC 2047, `=?UTF-8?B?…?=`, in UTF-8, ISO-8859-1 and US-ASCII; others stay as they are.
std::string decode_words(std::string_view text);

/// An extended value of RFC 8187, `UTF-8''%e2%82%ac`. Error: it is none, or in another charset than UTF-8 and
/// ISO-8859-1.
Result<std::string> decode_extended(std::string_view text);

}  // namespace towermill
