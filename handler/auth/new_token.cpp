#include "handler/auth/new_token.h"

#include <cerrno>
#include <ctime>
#include <utility>

#include "runner/base/crypto.h"
#include "runner/base/text.h"

namespace towermill {

namespace {

constexpr std::size_t longest_label_bytes = 100, most_scopes = 100;
constexpr int tries = 5;  // a prefix that is taken once in 10^17 tokens

std::variant<TokenRow, Refused> row_of(const Caller& by, const NewToken& wanted) {
  if (wanted.label.size() > longest_label_bytes || printable(wanted.label) != wanted.label)
    return Refused{Refused::wrong, "the label is over 100 bytes, or has control characters"};
  TokenRow row{.label = wanted.label,
               .scopes = by.scopes,
               .workspace = wanted.workspace.empty() ? by.workspace : wanted.workspace,
               .expires_s = wanted.expires_s ? wanted.expires_s : by.expires_s,
               .created_s = ::time(nullptr),
               .created_by = by.name};
  if (wanted.scopes) {
    if (wanted.scopes->empty() || wanted.scopes->size() > most_scopes)
      return Refused{Refused::wrong, "scopes has none, or over 100: leave it out for all of yours"};
    auto scopes = Scopes::parse(*wanted.scopes);
    if (!scopes) return Refused{Refused::wrong, scopes.error().message};
    row.scopes = std::move(*scopes);
  }
  if (row.has_expired(row.created_s)) return Refused{Refused::wrong, "the expiration is in the past"};
  return row;
}

/// In which way it is more than the token of who asks; "" if in none.
std::string excess(const TokenRow& row, const Caller& by) {
  if (!row.scopes.within(by.scopes)) return "its scopes";
  if (!by.counts_in(row.workspace)) return "its workspace_id";
  if (by.expires_s && row.expires_s > by.expires_s) return "its expiration";
  return "";
}

}  // namespace

std::variant<std::string, Refused> make_token(const Caller& by, const NewToken& wanted, TokenStore& store) {
  auto made = row_of(by, wanted);
  if (auto* refused = std::get_if<Refused>(&made)) return std::move(*refused);
  TokenRow row = std::get<TokenRow>(std::move(made));
  if (const std::string more = excess(row, by); !more.empty())
    return Refused{Refused::too_wide, "a token can make none that is wider than itself, and " + more + " is"};
  for (int left = tries;; --left) {
    std::string token = random_token();
    row.sha256_hex = sha256_hex(token);
    row.prefix = token.substr(0, TokenStore::prefix_characters);
    const auto added = store.add(row);
    if (added) return token;
    if (added.error().os_error != EEXIST || left == 1) return Refused{Refused::store, added.error().message};
  }
}

}  // namespace towermill
