#include "handler/api/key_holder.h"

#include <algorithm>
#include <array>
#include <set>
#include <string_view>

#include "runner/base/crypto.h"
#include "runner/base/text.h"

namespace towermill {

namespace {

// These tell of a sending, not of its sender: a repeat has others.
constexpr std::array<std::string_view, 6> of_one_sending = {"content-length", "content-type", "date",
                                                            "traceparent",    "tracestate",   "x-request-id"};

bool tells_of_the_sender(const std::string& name) {
  return std::find(of_one_sending.begin(), of_one_sending.end(), name) == of_one_sending.end();
}

std::set<std::string> names_of(const Request& request, const Admitted& admitted, const HeadersGiven& given) {
  std::set<std::string> names(admitted.granted.headers.begin(), admitted.granted.headers.end());
  for (const std::string& name : given.names) names.insert(to_lower(name));
  if (given.all)
    for (const Header& header : request.headers)
      if (tells_of_the_sender(header.name)) names.insert(header.name);
  return names;
}

}  // namespace

std::string holder_of_key(const Request& request, const Admitted& admitted, const HeadersGiven& given) {
  const std::string& name = admitted.caller.name;
  if (name != anonymous_name) return name;
  std::string told;
  for (const std::string& header : names_of(request, admitted, given))
    for (const Header& sent : request.headers)
      if (sent.name == header) told += header + ":" + std::to_string(sent.value.size()) + ":" + sent.value;
  return told.empty() ? name : name + "\n" + sha256_hex(told);
}

}  // namespace towermill
