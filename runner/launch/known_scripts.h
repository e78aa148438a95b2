#pragma once
// Which scripts the children of a fork server know from their birth. It compiles once what is run often.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace towermill {

/// For one thread at a time. Scripts are told apart by their whole frames.
class KnownScripts {
 public:
  /// Counts a run of it. Its number, by which a child that was forked when `known` were is told it; nullopt:
  /// such a child does not know it.
  std::optional<std::size_t> number(const std::string& frame, std::size_t known);

  /// A script that is worth to be learnt now: it was asked for several times, and nothing else is being
  /// learnt. Follow up with learnt().
  std::string next();
  /// How many are known after the one that next() gave.
  void learnt(std::size_t known);

 private:
  struct Script {
    std::size_t runs = 0;
    bool was_tried = false;
    std::optional<std::size_t> number = {};
  };

  std::unordered_map<std::string, Script> scripts_;
  std::size_t bytes_ = 0;
  std::size_t known_ = 0;
  std::string wanted_, learning_;
};

}  // namespace towermill
