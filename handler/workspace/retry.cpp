#include "handler/workspace/retry.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <string>
#include <string_view>
#include <vector>

#include "handler/config/nearest.h"
#include "runner/base/text.h"

namespace towermill {
namespace {

constexpr std::chrono::hours longest_exponential_pause{6};

struct NumberKey {
  std::string_view name;
  std::int64_t Retries::*member;
  std::int64_t most;
};

constexpr NumberKey attempts{"attempts", &Retries::attempts, 1'000};
constexpr NumberKey seconds{"seconds", &Retries::seconds, 604'800};
constexpr NumberKey multiplier{"multiplier", &Retries::multiplier, 65'535};
constexpr NumberKey random_factor{"random_factor", &Retries::random_factor, 100};

struct Kind {
  std::string_view name;
  Retries Retry::*member;
  std::vector<NumberKey> keys;
};

const std::vector<Kind>& kinds() {
  static const std::vector<Kind> all = {
      {"constant", &Retry::constant, {attempts, seconds}},
      {"exponential", &Retry::exponential, {attempts, multiplier, seconds, random_factor}}};
  return all;
}

template <class Row>
Error unknown(const std::string& key, const std::vector<Row>& known) {
  std::vector<std::string_view> names;
  for (const Row& row : known) names.push_back(row.name);
  const std::string meant = nearest(key, names);
  return Error{printable(key) +
               (meant.empty() ? " is not supported" : " means nothing; did you mean " + meant + "?")};
}

template <class Row>
const Row* find(std::string_view name, const std::vector<Row>& rows) {
  const auto found = std::find_if(rows.begin(), rows.end(), [&](const Row& row) { return row.name == name; });
  return found == rows.end() ? nullptr : &*found;
}

Result<std::int64_t> read_number(const YamlNode& value, std::int64_t most) {
  std::int64_t number = -1;
  const char* end = value.text.data() + value.text.size();
  const auto [rest, error] = std::from_chars(value.text.data(), end, number);
  if (value.kind == YamlKind::scalar && error == std::errc() && rest == end && number >= 0 && number <= most)
    return number;
  const std::string shown = value.kind == YamlKind::scalar
                                ? fmt::format("\"{}\"", printable(value.text.substr(0, 80)))
                                : "no number";
  return Error{fmt::format(" is {}, but must be a whole number from 0 to {}", shown, most)};
}

Result<Retries> read_kind(const Kind& kind, const YamlNode& value) {
  Retries retries;
  if (value.kind != YamlKind::map) return Error{fmt::format("{} must be a map", kind.name)};
  for (const YamlMember& member : value.members) {
    const NumberKey* key = find(member.key, kind.keys);
    const std::string called = std::string(kind.name) + ".";
    if (key == nullptr) return Error{called + unknown(member.key, kind.keys).message};
    if (member.value->kind == YamlKind::nothing) continue;
    const auto number = read_number(*member.value, key->most);
    if (!number) return Error{called + member.key + number.error().message};
    retries.*(key->member) = *number;
  }
  return retries;
}

}  // namespace

std::optional<std::chrono::milliseconds> Retry::pause_after(std::int64_t failed, double draw) const {
  if (failed > attempts()) return std::nullopt;
  if (failed <= constant.attempts) return std::chrono::seconds(constant.seconds);
  const double mean = static_cast<double>(exponential.multiplier) *
                      std::pow(static_cast<double>(exponential.seconds), static_cast<double>(failed));
  const double shift = (2 * draw - 1) * static_cast<double>(exponential.random_factor) / 100;
  const double most = std::chrono::duration<double>(longest_exponential_pause).count();
  return std::chrono::milliseconds(std::llround(1000 * std::min(mean * (1 + shift), most)));
}

Result<Retry> read_retry(const YamlNode& value) {
  Retry retry;
  if (value.kind != YamlKind::map) return Error{"retry must be a map"};
  for (const YamlMember& member : value.members) {
    const Kind* kind = find(member.key, kinds());
    if (kind == nullptr) return Error{"retry." + unknown(member.key, kinds()).message};
    if (member.value->kind == YamlKind::nothing) continue;
    const auto retries = read_kind(*kind, *member.value);
    if (!retries) return Error{"retry." + retries.error().message};
    retry.*(kind->member) = *retries;
  }
  return retry;
}

}  // namespace towermill
