#include "handler/args/args_object.h"

#include <algorithm>
#include <numeric>
#include <tuple>
#include <utility>

namespace towermill {
namespace {

// By name, and under one name by place. Sorted, not hashed: a caller can choose names whose hashes collide.
std::vector<std::size_t> places_by_name(const std::vector<JsonMember>& members) {
  std::vector<std::size_t> places(members.size());
  std::iota(places.begin(), places.end(), 0U);
  std::sort(places.begin(), places.end(), [&](std::size_t a, std::size_t b) {
    return std::tie(members[a].key, a) < std::tie(members[b].key, b);
  });
  return places;
}

enum class Duplicates { none, dropped };

Duplicates drop_duplicates(std::vector<JsonMember>& members) {
  std::vector<bool> doomed(members.size());
  Duplicates found = Duplicates::none;
  JsonMember* first = nullptr;
  for (const std::size_t place : places_by_name(members)) {
    if (first == nullptr || members[place].key != first->key) {
      first = &members[place];
    } else {
      first->raw = members[place].raw;
      doomed[place] = true;
      found = Duplicates::dropped;
    }
  }
  std::size_t kept = 0;
  for (std::size_t place = 0; place < doomed.size(); ++place) {
    if (!doomed[place]) std::swap(members[kept++], members[place]);
  }
  members.resize(kept);
  return found;
}

}  // namespace

ArgsObject::ArgsObject(JsonValue object) : as_it_came_(object.raw), members_(std::move(object.members)) {}

void ArgsObject::put(std::string name, std::string_view json) {
  members_.push_back({std::move(name), JsonKind::null, json});
  as_it_came_ = {};
}

void ArgsObject::put_own(std::string name, std::string json) {
  put(std::move(name), own_.emplace_back(std::move(json)));
}

std::string ArgsObject::text() && {
  const Duplicates found = drop_duplicates(members_);
  if (found == Duplicates::none && !as_it_came_.empty()) return std::string(as_it_came_);
  return json_object(members_);
}

}  // namespace towermill
