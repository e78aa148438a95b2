#pragma once
// Who calls: bearer tokens, kept as SHA-256 only. Contract section 4.

#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "handler/http/message.h"
#include "handler/http/query.h"

namespace towermill {

/// `Authorization: Bearer T`, else the cookie `token`, else `?token=T`; "" where there is none.
std::string presented_token(const Request& request, const Query& query);

class Tokens {
 public:
  /// Hashes in hex, as the settings have them.
  explicit Tokens(std::vector<std::string> sha256_hex) : hashes_(std::move(sha256_hex)) {}

  /// True for a token of the settings, and for one of a run that is alive. Thread-safe; compares in constant
  /// time.
  bool accepts(std::string_view token) const;

  /// A run's own token (WM_TOKEN), good as long as this lives.
  class RunToken {
   public:
    explicit RunToken(Tokens& tokens);
    RunToken(const RunToken&) = delete;
    RunToken& operator=(const RunToken&) = delete;
    ~RunToken();
    const std::string& text() const { return text_; }

   private:
    Tokens& tokens_;
    std::string text_, hash_;
  };

 private:
  std::vector<std::string> hashes_;
  mutable std::mutex mutex_;
  std::multiset<std::string> of_runs_;
};

}  // namespace towermill
