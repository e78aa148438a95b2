#include "runner/base/crypto.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <pthread.h>
#include <sys/random.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>

#include "runner/base/text.h"

namespace towermill {
namespace {

// Going on with a weak token or a wrong hash would be worse than ending.
[[noreturn]] void give_up(const char* what) {
  std::fputs(what, stderr);
  std::abort();
}

void ask_for_random(char* bytes, std::size_t count) {
  for (std::size_t got = 0; got < count;) {
    const ssize_t more = ::getrandom(bytes + got, count - got, 0);
    if (more < 0 && errno != EINTR) give_up("the system gives no random bytes\n");
    if (more > 0) got += static_cast<std::size_t>(more);
  }
}

/// Some at once for each thread, as each asking is a system call. What was given is nowhere in here any more,
/// and a fork begins with none.
class RandomStock {
 public:
  static void take(char* bytes, std::size_t count) {
    static const int forgotten_by_forks = ::pthread_atfork(nullptr, nullptr, [] { stock.left_ = 0; });
    if (count > size || forgotten_by_forks != 0) return ask_for_random(bytes, count);
    stock.take_of_it(bytes, count);
  }

 private:
  static constexpr std::size_t size = 256;

  void take_of_it(char* bytes, std::size_t count) {
    if (count > left_) {
      ask_for_random(bytes_, size);
      left_ = size;
    }
    left_ -= count;
    std::memcpy(bytes, bytes_ + left_, count);
    OPENSSL_cleanse(bytes_ + left_, count);
  }

  static thread_local RandomStock stock;
  char bytes_[size] = {};
  std::size_t left_ = 0;
};
thread_local RandomStock RandomStock::stock;

// Neither its configuration nor its tidying up at the end matters to a hash, and both cost a process that
// lives for one request a good part of its life.
void begin_openssl() {
  if (OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG | OPENSSL_INIT_NO_ATEXIT, nullptr) != 1)
    give_up("OpenSSL cannot be used\n");
}

const EVP_MD* make_sha256() {
  begin_openssl();
  // Fetched once: EVP_sha256() is looked up anew at each use, which takes longer than a token's hash.
  const EVP_MD* const fetched = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  if (fetched == nullptr) give_up("OpenSSL has no SHA-256\n");
  return fetched;
}

EVP_MAC* make_hmac() {
  begin_openssl();
  EVP_MAC* const fetched = EVP_MAC_fetch(nullptr, "HMAC", nullptr);
  if (fetched == nullptr) give_up("OpenSSL has no HMAC\n");
  return fetched;
}

const char* name_of(HashAlgorithm algorithm) {
  switch (algorithm) {
    case HashAlgorithm::sha1:
      return "SHA1";
    case HashAlgorithm::sha256:
      return "SHA256";
    default:
      return "SHA512";
  }
}

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

using MacContext = std::unique_ptr<EVP_MAC_CTX, decltype(&EVP_MAC_CTX_free)>;

}  // namespace

std::string sha256(std::string_view bytes) {
  static const EVP_MD* const algorithm = make_sha256();
  std::string digest(32, '\0');
  auto* const out = reinterpret_cast<unsigned char*>(digest.data());
  if (EVP_Digest(bytes.data(), bytes.size(), out, nullptr, algorithm, nullptr) != 1) {
    give_up("OpenSSL cannot compute SHA-256\n");
  }
  return digest;
}

std::string sha256_hex(std::string_view bytes) { return to_hex(sha256(bytes)); }

std::string hmac(HashAlgorithm algorithm, std::string_view key, const std::vector<std::string_view>& parts) {
  static EVP_MAC* const mac = make_hmac();
  const MacContext context(EVP_MAC_CTX_new(mac), EVP_MAC_CTX_free);
  const OSSL_PARAM parameters[] = {
      OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, const_cast<char*>(name_of(algorithm)), 0),
      OSSL_PARAM_construct_end()};
  bool fine = context && EVP_MAC_init(context.get(), bytes_of(key), key.size(), parameters) == 1;
  for (const std::string_view part : parts)
    fine = fine && EVP_MAC_update(context.get(), bytes_of(part), part.size()) == 1;
  std::string digest(EVP_MAX_MD_SIZE, '\0');
  std::size_t size = 0;
  auto* const out = reinterpret_cast<unsigned char*>(digest.data());
  if (!fine || EVP_MAC_final(context.get(), out, &size, digest.size()) != 1)
    give_up("OpenSSL cannot compute an HMAC\n");
  digest.resize(size);
  return digest;
}

std::string random_bytes(std::size_t count) {
  std::string bytes(count, '\0');
  RandomStock::take(bytes.data(), count);
  return bytes;
}

std::string random_token() {
  constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  constexpr unsigned fair = 256 / alphabet.size() * alphabet.size();  // above it, % would favour "A" to "H"
  constexpr std::size_t length = 43;                                  // 256 bits
  std::string token;
  while (token.size() < length) {
    // Some more than are missing: what is unfair falls out, and each asking is a system call.
    for (const char c : random_bytes(length + 16)) {
      const unsigned byte = static_cast<unsigned char>(c);
      if (byte < fair && token.size() < length) token += alphabet[byte % alphabet.size()];
    }
  }
  return token;
}

bool same_secret(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace towermill
