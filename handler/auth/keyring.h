#pragma once
// What the callers of routes have to know, as the files say now: a change counts from the next look on. A
// look costs one system call for each file that a resource was made of.

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <tuple>
#include <vector>

#include "handler/auth/credentials.h"

namespace towermill {

class Keyring {
 public:
  /// `root` is the workspace's folder. The same object as long as nothing has changed. Error: as
  /// read_credentials(). Thread-safe.
  std::shared_ptr<const Result<Credentials>> of(const std::string& root, const Authentication& wanted);

 private:
  struct Read {
    Result<Credentials> credentials;
    std::vector<FileSeen> files;
  };
  using Name = std::tuple<std::string, AuthenticationMethod, std::string>;  // root, method, resource

  std::mutex mutex_;
  std::map<Name, std::shared_ptr<const Read>> read_;
};

}  // namespace towermill
