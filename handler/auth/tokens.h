#pragma once
// Who calls: bearer tokens, kept as SHA-256 only. Contract section 4.

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "handler/auth/caller.h"
#include "handler/auth/token_store.h"
#include "handler/auth/token_uses.h"

namespace towermill {

enum class Unknown {
  caller,   // no such token
  for_now,  // the store cannot be read: nobody can tell
};
using Who = std::variant<Caller, Unknown>;

/// Tokens of the settings, which may do everything; of the store; of runs. Thread-safe.
class Tokens {
 public:
  /// Hashes in hex, as the settings have them; `tell` hears once why the store cannot be read, and "" when it
  /// can be again.
  Tokens(std::vector<std::string> sha256_hex, std::unique_ptr<TokenStore> store,
         std::function<void(std::string_view)> tell);
  /// Without a store.
  explicit Tokens(std::vector<std::string> sha256_hex);

  /// Compares in constant time. What was revoked a moment ago, by whatever process, is unknown.
  Who who(std::string_view token);

  /// A run's own token (WM_TOKEN), good as long as this lives, and only in its workspace.
  class RunToken {
   public:
    RunToken(Tokens& tokens, std::string caller, std::string workspace);
    RunToken(const RunToken&) = delete;
    RunToken& operator=(const RunToken&) = delete;
    ~RunToken();
    const std::string& text() const { return text_; }

   private:
    Tokens& tokens_;
    std::string text_, hash_;
  };

  TokenStore* store() { return store_.get(); }
  TokenUses& uses() { return uses_; }

 private:
  struct Run {
    std::string caller, workspace;
  };

  bool is_of_settings(const std::string& hash) const;
  std::optional<Caller> of_run(const std::string& hash) const;
  Who of_store(const std::string& hash);
  void tell_of_store(const std::string& why);

  const std::vector<std::string> hashes_;
  const std::unique_ptr<TokenStore> store_;  // nullptr: none
  const std::function<void(std::string_view)> tell_;
  std::atomic<bool> store_is_readable_ = true;
  TokenUses uses_;
  mutable std::mutex mutex_;
  std::map<std::string, Run, std::less<>> of_runs_;  // by hash
};

/// Of jobs' created_by, as Windmill makes it of a token's label.
std::string caller_name(const std::string& label, const std::string& created_by);

}  // namespace towermill
