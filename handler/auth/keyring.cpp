#include "handler/auth/keyring.h"

#include <utility>

namespace towermill {

std::shared_ptr<const Result<Credentials>> Keyring::of(const std::string& root,
                                                       const Authentication& wanted) {
  Name name{root, wanted.method, wanted.resource_path};
  std::shared_ptr<const Read> known;
  {
    const std::lock_guard lock(mutex_);
    if (const auto found = read_.find(name); found != read_.end()) known = found->second;
  }
  if (!known || !are_unchanged(known->files)) {
    SecretSource source(root);
    auto credentials = read_credentials(wanted, source);
    known = std::make_shared<const Read>(Read{std::move(credentials), source.seen()});
    const std::lock_guard lock(mutex_);
    read_[std::move(name)] = known;
  }
  return {known, &known->credentials};
}

}  // namespace towermill
