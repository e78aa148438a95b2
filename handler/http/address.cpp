#include "handler/http/address.h"

#include <arpa/inet.h>

#include <algorithm>
#include <string>

#include "runner/base/text.h"

namespace towermill {
namespace {

constexpr int all_bits = 128, ipv4_bits = 32, mapped_bits = all_bits - ipv4_bits;
constexpr Address mapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 0, 0, 0, 0};

/// Digits alone: to_integer() takes a sign too.
std::optional<int> parse_bits(std::string_view text, int most) {
  const bool digits = !text.empty() && text.size() <= 3 &&
                      std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
  const auto bits = digits ? to_integer(text) : std::nullopt;
  if (!bits || *bits > most) return std::nullopt;
  return static_cast<int>(*bits);
}

}  // namespace

std::optional<Address> parse_address(std::string_view text) {
  const std::string whole(text);
  if (whole.find('\0') != std::string::npos) return std::nullopt;
  Address address = mapped;
  if (::inet_pton(AF_INET, whole.c_str(), &address[12]) == 1) return address;
  if (::inet_pton(AF_INET6, whole.c_str(), address.data()) == 1) return address;
  return std::nullopt;
}

/// One of IPv6 has none of IPv4, though IPv6 has a place for each of those.
bool AddressRange::has(const Address& address) const {
  const bool of_ipv4 = prefix_bits >= mapped_bits && is_ipv4(first);
  return of_ipv4 == is_ipv4(address) && cut_off(address, prefix_bits) == first;
}

std::optional<AddressRange> parse_address_range(std::string_view text) {
  const auto slash = text.find('/');
  const std::string_view alone = text.substr(0, slash);
  const auto address = parse_address(alone);
  if (!address) return std::nullopt;
  AddressRange range{*address, all_bits};
  if (slash != std::string_view::npos) {
    const bool short_form = alone.find(':') == std::string_view::npos;
    const auto bits = parse_bits(text.substr(slash + 1), short_form ? ipv4_bits : all_bits);
    if (!bits) return std::nullopt;
    range.prefix_bits = *bits + (short_form ? mapped_bits : 0);
  }
  if (cut_off(range.first, range.prefix_bits) != range.first) return std::nullopt;
  return range;
}

bool is_among(std::string_view text, const std::vector<AddressRange>& ranges) {
  const auto address = parse_address(text);
  return address && std::any_of(ranges.begin(), ranges.end(),
                                [&](const AddressRange& range) { return range.has(*address); });
}

Address cut_off(const Address& address, int bits) {
  Address cut{};
  for (std::size_t i = 0; i < cut.size(); ++i) {
    const int kept = std::clamp(bits - static_cast<int>(8 * i), 0, 8);
    cut[i] = static_cast<unsigned char>(address[i] & (0xFF00U >> kept));
  }
  return cut;
}

bool is_ipv4(const Address& address) { return cut_off(address, mapped_bits) == mapped; }

}  // namespace towermill
