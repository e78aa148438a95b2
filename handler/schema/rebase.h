#pragma once
// A schema of its own, put into a document.

#include <string>
#include <string_view>

namespace towermill {

/// The schema with its references to itself ("#/$defs/x", "#") made ones to `place` in the document, a JSON
/// pointer as a fragment ("#/components/x"). What has an "$id" refers to itself by that, and stays.
std::string rebased(std::string_view schema, std::string_view place);

/// One step of such a pointer (RFC 6901 section 6).
std::string pointer_step(std::string_view name);

}  // namespace towermill
