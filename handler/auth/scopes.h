#pragma once
// What a token may be used for, in Windmill's grammar: domain:action[:kind][:path,path].

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runner/base/result.h"

namespace towermill {

/// One use of a token, as a route has it: "jobs:run:scripts:f/x/y". Without a path, all paths are meant.
struct Use {
  std::string_view domain, action, kind = {};
  std::string path = {};
};
std::string show(const Use& use);

/// One scope. What is empty limits nothing.
struct Scope {
  std::string domain, action, kind;
  std::vector<std::string> paths;  // "f/x/y", or with "*" as the last segment
};

class Scopes {
 public:
  /// Nothing at all.
  Scopes() = default;
  static Scopes everything();

  /// Each is a scope, one of the older "run:script/<path>" and "run:flow/<path>", "*", or, once,
  /// "if_jobs:filter_tags:a,b", which leaves what the others allow to jobs of these tags. Error: a sentence
  /// that names the scope.
  static Result<Scopes> parse(const std::vector<std::string>& texts);

  /// "write" and "run" are "read" too.
  bool allow(const Use& use) const;
  bool allow_everything() const;
  /// Some run, of whatever path.
  bool allow_some_run() const;
  bool allow_tag(std::string_view tag) const;

  /// Whether who has `wider` may do all that is allowed here.
  bool within(const Scopes& wider) const;

  /// As they were given to parse().
  const std::vector<std::string>& texts() const { return texts_; }

 private:
  std::vector<std::string> texts_;
  std::vector<Scope> scopes_;
  std::optional<std::vector<std::string>> tags_;  // nullopt: any
};

}  // namespace towermill
