#pragma once
// IP addresses and ranges of them, as values.

#include <array>
#include <optional>
#include <string_view>
#include <vector>

namespace towermill {

/// Of 16 bytes; one of IPv4 is written as IPv6 maps it (::ffff:192.0.2.1), so that both spellings are one.
using Address = std::array<unsigned char, 16>;

/// "192.0.2.1", "2001:db8::1"; without a port, brackets or a zone. nullopt: it is none.
std::optional<Address> parse_address(std::string_view text);

struct AddressRange {
  Address first{};
  int prefix_bits = 128;  // that all of its addresses share

  bool has(const Address& address) const;
};

/// "192.0.2.0/24", "2001:db8::/32"; an address alone is a range of one. nullopt: it is none, or has bits
/// beyond its prefix, which nobody writes on purpose.
std::optional<AddressRange> parse_address_range(std::string_view text);

/// Whether it is an address in one of them.
bool is_among(std::string_view address, const std::vector<AddressRange>& ranges);

/// The address with all but that many bits made zero.
Address cut_off(const Address& address, int bits);

bool is_ipv4(const Address& address);

}  // namespace towermill
