#include "runner/base/crypto.h"

#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <catch2/catch.hpp>
#include <set>

#include "runner/base/text.h"

using namespace towermill;  // NOLINT

TEST_CASE("SHA-256 gives the published digests") {
  CHECK(sha256_hex("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(sha256_hex("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(sha256("abc").size() == 32);
}

TEST_CASE("HMACs are those of the standards' examples") {
  const auto mac = [](HashAlgorithm algorithm, std::string_view key, std::string_view text) {
    return to_hex(hmac(algorithm, key, {text}));
  };
  CHECK(mac(HashAlgorithm::sha256, "Jefe", "what do ya want for nothing?") ==
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  CHECK(mac(HashAlgorithm::sha512, "Jefe", "what do ya want for nothing?") ==
        "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a6d034f65f8f0e6fdcaea"
        "b1a34d"
        "4a6b4b636e070a38bce737");
  CHECK(mac(HashAlgorithm::sha1, "secret", R"({"a": "z"})") == "b17e04cbb22afa8ffbff8796fc1894ed27badd9e");
  CHECK(mac(HashAlgorithm::sha256, "secret", R"({"a": "z"})") ==
        "f417af3a21bd70379b5796d5f013915e7029f62c580fb0f500f59a35a6f04c89");
}

TEST_CASE("An HMAC of parts is that of the whole") {
  CHECK(hmac(HashAlgorithm::sha256, "k", {"a", "", "bc"}) == hmac(HashAlgorithm::sha256, "k", {"abc"}));
}

TEST_CASE("A random token has 43 letters and digits, all of them about as often") {
  std::set<std::string> seen;
  std::array<int, 256> counts{};
  for (int i = 0; i < 2'000; ++i) {
    const std::string token = random_token();
    REQUIRE(token.size() == 43);
    for (const char c : token) ++counts[static_cast<unsigned char>(c)];
    seen.insert(token);
  }
  CHECK(seen.size() == 2'000);
  int used = 0;
  for (const int count : counts) {
    if (count == 0) continue;
    ++used;
    CHECK(count >
          1'150);  // 1,387 is even; with % 256 alone, "A" to "H" would come 1,680 times and the rest 1,344
    CHECK(count < 1'600);
  }
  CHECK(used == 62);
}

TEST_CASE("Random bytes come in the number asked for") {
  CHECK(random_bytes(0).empty());
  CHECK(random_bytes(33).size() == 33);
  CHECK(random_bytes(16) != random_bytes(16));
}

TEST_CASE("Secrets are the same only byte for byte") {
  CHECK(same_secret("", ""));
  CHECK(same_secret("token", "token"));
  CHECK_FALSE(same_secret("token", "tokem"));
  CHECK_FALSE(same_secret("token", "toke"));
}

TEST_CASE("Base64 gives the examples of RFC 4648") {
  const auto [bytes, text] = GENERATE(table<std::string, std::string>({{"", ""},
                                                                       {"f", "Zg=="},
                                                                       {"fo", "Zm8="},
                                                                       {"foo", "Zm9v"},
                                                                       {"foob", "Zm9vYg=="},
                                                                       {"fooba", "Zm9vYmE="},
                                                                       {"foobar", "Zm9vYmFy"},
                                                                       {"\xFB\xFF\xFE", "+//+"}}));
  CHECK(base64_encode(bytes) == text);
  CHECK(*base64_decode(text, Base64::standard) == bytes);
  CHECK(*base64_decode(text, Base64::any_alphabet) == bytes);
}

TEST_CASE("Base64 of any alphabet needs no padding and takes both spellings") {
  CHECK(*base64_decode("-__-", Base64::any_alphabet) == "\xFB\xFF\xFE");
  CHECK(*base64_decode("+__+Zg", Base64::any_alphabet) ==
        "\xFB\xFF\xFE"
        "f");
  CHECK(*base64_decode("Zm8", Base64::any_alphabet) == "fo");
}

TEST_CASE("What is no base64 is refused") {
  for (const char* text :
       {"Zg", "Zg=", "Z", "Zg===", "====", "Zm9v\n", "Zm 9", "-__-", "Zm9*", "Z=g=", "Zh==", "Zm9vY==="}) {
    CAPTURE(text);
    CHECK_FALSE(base64_decode(text, Base64::standard));
  }
  for (const char* text : {"Z", "Zg=", "Zm9vZ", "Zm9*", "Zh", "=", "Zg==Zg=="}) {
    CAPTURE(text);
    CHECK_FALSE(base64_decode(text, Base64::any_alphabet));
  }
  CHECK(base64_decode("Zm9*", Base64::standard).error().message ==
        "the character at offset 3 is no base64 digit");
}

TEST_CASE("A fork has other random bytes than its parent") {
  random_bytes(1);
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  const pid_t child = ::fork();
  if (child == 0) {
    const std::string bytes = random_bytes(16);
    ::_exit(::write(ends[1], bytes.data(), bytes.size()) == 16 ? 0 : 1);
  }
  std::string of_child(16, '\0');
  REQUIRE(::read(ends[0], of_child.data(), of_child.size()) == 16);
  ::waitpid(child, nullptr, 0);
  ::close(ends[0]);
  ::close(ends[1]);
  CHECK(of_child != random_bytes(16));
}
