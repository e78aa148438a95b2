#pragma once
// How senders sign what they send: one table of schemes (schemes.cpp). A custom one is of the same form.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "runner/base/crypto.h"

namespace towermill {

enum class SignatureForm {
  plain,  // prefix and signature, and nothing else
  pairs,  // "t=1614265330,v1=…,v1=…": the timestamp, and signatures under the key that is the prefix
  list,   // "v1,… v1,…": signatures of versions; the prefix is the version
};
enum class Encoding { hex, base64, base64url };
enum class SecretForm { text, base64 };  // base64: with or without "whsec_" before it
enum class TimeForm { none, seconds, milliseconds, rfc3339 };
/// What tells a delivery from any other: only what is signed, and not the time, for who tries again signs
/// anew.
enum class NamedBy {
  id,  // that is signed
  body,
  member_id,  // the body's own "id"; where it has none, the body
};
enum class Challenge { none, slack, twitch, zoom };  // what the server answers by itself

struct SignatureHeaders {
  std::string signature;
  std::string timestamp = {};  // "": there is none, or it is in the signature's
  std::string id = {};
};

struct Scheme {
  std::string word;                       // in a resource: "github"
  std::string title;                      // "GitHub"
  std::vector<SignatureHeaders> headers;  // spellings; the first whose signature is there counts, alone
  SignatureForm form = SignatureForm::plain;
  std::string prefix = {};
  std::string signed_text = {};  // "{id}.{timestamp}.{body}", and fixed text
  HashAlgorithm algorithm = HashAlgorithm::sha256;
  Encoding encoding = Encoding::hex;
  SecretForm secret = SecretForm::text;
  TimeForm time = TimeForm::none;
  std::int64_t window_s = 0;  // how far the timestamp may be off, both ways
  NamedBy named_by = NamedBy::body;
  Challenge challenge = Challenge::none;
  std::string not_signed = {};  // what the sender sends along, and nobody can trust
};

inline constexpr std::int64_t default_window_s = 300;

/// Every scheme but the custom one.
const std::vector<Scheme>& scheme_table();

/// By its word, in any case; nullptr: there is none.
const Scheme* find_scheme(std::string_view word);

/// The README's table.
std::string schemes_markdown();

}  // namespace towermill
