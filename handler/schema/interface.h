#pragma once
// What a script's source tells of how it is called: the schema of its args, its preprocessor, whether its
// args are to be checked. Nothing of a script is run.

#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "handler/workspace/workspace.h"

namespace towermill {

struct Interface {
  std::string schema;  // the text of a JSON Schema, an object
  /// The names of its preprocessor's parameters; nullopt: it has none, or its language has none.
  std::optional<std::vector<std::string>> preprocessor;
  bool asks_for_check = false;  // a comment `schema_validation` at its head
};

Interface read_interface(const Script& script);

/// The same, kept by the hash of what it was read from. Thread-safe.
class Interfaces {
 public:
  std::shared_ptr<const Interface> of(const Script& script);

 private:
  std::mutex mutex_;
  std::unordered_map<std::string, std::shared_ptr<const Interface>> known_;
  std::size_t bytes_ = 0;
};

/// What the yaml says counts over what was read.
const std::string& schema_of_args(const Script& script, const Interface& interface);
bool wants_check(const Script& script, const Interface& interface);

}  // namespace towermill
