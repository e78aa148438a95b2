#pragma once
// The tokens that were made by `towermill token` or over the API: a file that all processes of a state_dir
// share.

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "handler/auth/scopes.h"
#include "handler/store/store.h"
#include "runner/base/result.h"

namespace towermill {

/// All of a token but the token. Times are Unix times in seconds.
struct TokenRow {
  std::string sha256_hex = {};
  std::string prefix = {};  // its first characters, by which people name it; no two have the same
  std::string label = {};   // empty: none
  Scopes scopes = Scopes::everything();
  std::string workspace = {};  // empty: all
  std::optional<std::int64_t> expires_s = {};
  std::int64_t created_s = 0;
  std::optional<std::int64_t> last_used_s = {};
  std::string created_by = {};

  bool has_expired(std::int64_t now_s) const { return expires_s && *expires_s <= now_s; }
};

/// Thread-safe. Errors: the file cannot be read, is damaged, or could have been written by others.
class TokenStore {
 public:
  static constexpr std::size_t prefix_characters = 10;

  /// Touches no file; reading makes none either.
  explicit TokenStore(std::string path) : path_(std::move(path)) {}

  /// As it is now, whichever process has changed it last.
  Result<std::optional<TokenRow>> find(const std::string& sha256_hex);
  Result<std::optional<TokenRow>> find_by_prefix(const std::string& prefix);

  /// Of this workspace ("": of all and none), the newest first.
  Result<std::vector<TokenRow>> list(const std::string& workspace, std::int64_t skip, std::int64_t most);

  /// Once it returns, the token counts. Error EEXIST: the prefix is taken.
  Result<void> add(const TokenRow& row);
  /// Once it returns, no process accepts the token any more. False: there is none.
  Result<bool> remove(const std::string& prefix);

  /// Tells when these were used last.
  Result<void> note_used(const std::vector<std::string>& sha256_hex, std::int64_t now_s);

  const std::string& path() const { return path_; }

 private:
  enum class Absent { made, left_out };
  Result<std::shared_ptr<Store>> open(Absent absent);
  Result<std::vector<TokenRow>> rows(std::string_view sql, Values values);

  const std::string path_;
  std::mutex mutex_;
  std::shared_ptr<Store> store_;  // of the file that is at path_ now, as far as these two are its
  dev_t device_ = 0;
  ino_t file_ = 0;
};

}  // namespace towermill
