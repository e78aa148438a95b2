#pragma once
// The headers of a signature, as texts. What is not exactly of its form is no signature.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "handler/auth/schemes.h"

namespace towermill {

/// More than this in one header is nobody's rotation of keys.
inline constexpr std::size_t most_signatures = 16;

struct SignatureHeader {
  std::string_view timestamp;                // of pairs; else empty
  std::vector<std::string_view> signatures;  // one at least, none empty; slices of the header
};

/// nullopt: it is not of that form, or has too many.
std::optional<SignatureHeader> parse_signature_header(SignatureForm form, std::string_view prefix,
                                                      std::string_view value);

/// Seconds since 1970, rounded down. nullopt: it is not of that form; that of no time never is.
std::optional<std::int64_t> parse_timestamp(TimeForm form, std::string_view text);

/// Whether it may name a delivery: nothing in it could be taken for what is signed after it.
bool is_delivery_id(std::string_view text);

}  // namespace towermill
