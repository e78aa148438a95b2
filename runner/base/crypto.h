#pragma once
// Hashes, randomness and base64. The only user of OpenSSL. All functions are thread-safe.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "runner/base/result.h"

namespace towermill {

std::string sha256(std::string_view bytes);      // 32 raw bytes
std::string sha256_hex(std::string_view bytes);  // 64 lower-case hex digits

enum class HashAlgorithm { sha1, sha256, sha512 };
/// RFC 2104, raw bytes, over the parts as if they were one text. The key is not empty.
std::string hmac(HashAlgorithm algorithm, std::string_view key, const std::vector<std::string_view>& parts);

/// Cryptographically strong. Ends the process if the system has none to give.
std::string random_bytes(std::size_t count);
std::string random_token();  // 43 characters of [A-Za-z0-9], for bearer tokens

/// Compares without telling by its time where two texts of the same length differ.
bool same_secret(std::string_view a, std::string_view b);

std::string base64_encode(std::string_view bytes);  // standard alphabet, padded

enum class Base64 { standard, any_alphabet };
/// standard: RFC 4648 section 4, padding required, nothing else allowed (line ends are refused too).
/// any_alphabet: sections 4 and 5 mixed, padding optional, as GET `payload` accepts it.
Result<std::string> base64_decode(std::string_view text, Base64 form);

}  // namespace towermill
