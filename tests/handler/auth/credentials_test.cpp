#include "handler/auth/credentials.h"

#include <catch2/catch.hpp>
#include <filesystem>

#include "handler/auth/keyring.h"
#include "tests/temp_folder.h"

using namespace towermill;  // NOLINT(google-build-using-namespace)

namespace {

using Method = AuthenticationMethod;

const std::string name = "f/x/key";

/// Its credentials, or the error without the file's name.
Result<Credentials> read(const TempFolder& folder, Method method) {
  SecretSource source(folder.path());
  return read_credentials({method, name}, source);
}

std::string error_of(const TempFolder& folder, Method method) {
  const auto credentials = read(folder, method);
  return credentials ? "" : credentials.error().message;
}

struct Written : TempFolder {
  explicit Written(const std::string& value, mode_t mode = 0600) {
    write(name + ".resource.yaml", "resource_type: any\nvalue:\n" + value, mode);
  }
};

std::string said(const std::string& value, Method method = Method::signature) {
  const std::string error = error_of(Written(value), method);
  const std::string file = name + ".resource.yaml:";
  return error.starts_with(file) ? error.substr(file.size()) : error;
}

std::vector<std::string> secrets(const Written& folder) {
  const auto credentials = read(folder, Method::signature);
  INFO((credentials ? "" : credentials.error().message));
  REQUIRE(credentials);
  return std::get<SignatureKeys>(*credentials).secrets;
}

}  // namespace

TEST_CASE("Windmill's own three resource types are understood") {
  const auto key = read(Written("  api_key_header: X-Key\n  api_key_secret: abc\n"), Method::api_key);
  REQUIRE(key);
  CHECK(std::get<ApiKey>(*key).header == "X-Key");
  CHECK(std::get<ApiKey>(*key).keys == std::vector<std::string>{"abc"});
  const auto login = read(Written("  username: ada\n  password: 12345\n"), Method::basic_http);
  REQUIRE(login);
  CHECK(std::get<BasicLogin>(*login).passwords == std::vector<std::string>{"12345"});
  const auto github = read(Written("  signature_provider: Github\n  secret_key: abc\n"), Method::signature);
  REQUIRE(github);
  CHECK(std::get<SignatureKeys>(*github).scheme.word == "github");
  const auto custom =
      read(Written("  signature_provider: Custom\n  secret_key: abc\n  authentication_config:\n"
                   "    algorithm: sha512\n    encoding: base64uri\n"
                   "    signature_header_name: X-Sign\n    signature_prefix: s=\n"),
           Method::signature);
  REQUIRE(custom);
  const Scheme& scheme = std::get<SignatureKeys>(*custom).scheme;
  CHECK(scheme.algorithm == HashAlgorithm::sha512);
  CHECK(scheme.encoding == Encoding::base64url);
  CHECK(scheme.signed_text == "{body}");
  CHECK(scheme.prefix == "s=");
}

TEST_CASE("Several secrets are had from several places") {
  ::setenv("TOWERMILL_TEST_SECRET", "from the environment", 1);  // NOLINT(concurrency-mt-unsafe)
  Written folder(
      "  signature_provider: github\n  secret_key: [one, two]\n  secret_file: f/x/secret\n"
      "  secret_env: TOWERMILL_TEST_SECRET\n");
  folder.write("f/x/secret", "three\n", 0600);
  CHECK(secrets(folder) == std::vector<std::string>{"one", "two", "three", "from the environment"});
}

TEST_CASE("A variable of the workspace is had by its name") {
  Written folder("  signature_provider: github\n  secret_key: $var:u/ada/secret\n", 0644);
  folder.write("u/ada/secret.variable.yaml", "value: hidden\nis_secret: true\n", 0600);
  CHECK(secrets(folder) == std::vector<std::string>{"hidden"});
  folder.write("u/ada/secret.variable.yaml", "value: hidden\nis_secret: true\n", 0644);
  CHECK(error_of(folder, Method::signature) ==
        "f/x/key.resource.yaml:4: secret_key is a variable: u/ada/secret.variable.yaml holds a secret and "
        "can be "
        "read by others: chmod o-rwx it");
}

TEST_CASE("A credential of systemd's is had by its plain name") {
  const TempFolder credentials;
  credentials.write("github", "abc", 0400);
  ::setenv("CREDENTIALS_DIRECTORY", credentials.path().c_str(), 1);  // NOLINT(concurrency-mt-unsafe)
  CHECK(secrets(Written("  signature_provider: github\n  secret_credential: github\n")) ==
        std::vector<std::string>{"abc"});
  CHECK_FALSE(said("  signature_provider: github\n  secret_credential: ../github\n").empty());
  ::unsetenv("CREDENTIALS_DIRECTORY");  // NOLINT(concurrency-mt-unsafe)
  CHECK_FALSE(said("  signature_provider: github\n  secret_credential: github\n").empty());
}

TEST_CASE("A secret that others could read, or a resource that they could write, is refused") {
  const std::string value = "  signature_provider: github\n  secret_key: abc\n";
  for (const mode_t mode : {0600, 0640, 0660, 0400})
    CHECK(error_of(Written(value, mode), Method::signature).empty());
  CHECK(error_of(Written(value, 0644), Method::signature) ==
        "f/x/key.resource.yaml holds a secret and can be read by others: chmod o-rwx it");
  CHECK(error_of(Written(value, 0602), Method::signature) ==
        "f/x/key.resource.yaml can be written by others: chmod o-rwx it");
  Written elsewhere("  signature_provider: github\n  secret_file: f/x/secret\n", 0644);
  elsewhere.write("f/x/secret", "abc", 0644);
  CHECK(error_of(elsewhere, Method::signature) ==
        "f/x/key.resource.yaml:4: secret_file does not do: secret_file holds a secret and can be read by "
        "others: "
        "chmod o-rwx it");
  elsewhere.write("f/x/secret", "abc", 0600);
  CHECK(error_of(elsewhere, Method::signature).empty());
  std::filesystem::permissions(elsewhere / "f/x", std::filesystem::perms::all);
  CHECK(error_of(elsewhere, Method::signature) ==
        "f/x/key.resource.yaml is in a folder that others can write in: chmod o-w that");
}

TEST_CASE("A secret's file outside the workspace is named by its whole path alone") {
  const TempFolder outside;
  const std::string file = outside.write("secret", "abc\r\n", 0600);
  CHECK(secrets(Written("  signature_provider: github\n  secret_file: " + file + "\n")) ==
        std::vector<std::string>{"abc"});
  Written folder("  signature_provider: github\n  secret_file: ../" +
                 outside.path().substr(outside.path().rfind('/') + 1) + "/secret\n");
  CHECK_FALSE(error_of(folder, Method::signature).empty());
  std::filesystem::create_symlink(file, folder / "link");
  folder.write(name + ".resource.yaml", "value:\n  signature_provider: github\n  secret_file: link\n", 0600);
  CHECK_FALSE(error_of(folder, Method::signature).empty());
}

TEST_CASE("What is wrong with a resource is told with its line, and without a secret") {
  CHECK(said("  signature_provider: github\n") == "3: there is no secret");
  CHECK(said("  signature_provider: github\n  secret_key: ''\n") ==
        "4: secret_key must be a text that is not empty");
  CHECK(said("  signature_provider: github\n  secret_key: []\n") == "4: secret_key is an empty list");
  CHECK(said("  signature_provider: svix\n  secret_key: whsec_\n") ==
        "3: a secret is not base64, with whsec_ before it or without");
  CHECK(said("  signature_provider: svix\n  secret_key: whsec_tell-nobody\n") ==
        "3: a secret is not base64, with whsec_ before it or without");
  CHECK(said("  secret_key: abc\n") == "3: signature_provider is missing");
  CHECK(
      said("  signature_provider: gitlab\n  secret_key: abc\n") ==
      "3: signature_provider must be one of github, stripe, slack, standard_webhooks, svix, shopify, twitch, "
      "zoom, tiktok, custom");
  CHECK(said("  signature_provider: github\n  secert_key: abc\n") ==
        "4: secert_key means nothing here; did you mean secret_key?");
  CHECK(said("  signature_provider: github\n  password: abc\n") == "4: password means nothing here");
  CHECK(said("  signature_provider: github\n  secret_key: abc\n  window_s: 60\n") ==
        "3: window_s needs a timestamp, and none is signed");
  CHECK(said("  signature_provider: stripe\n  secret_key: abc\n  window_s: 0\n") ==
        "5: window_s must be a whole number of seconds from 1 to 86400");
  CHECK(said("  signature_provider: custom\n  secret_key: abc\n") == "3: authentication_config is missing");
  CHECK(said("  signature_provider: github\n  secret_key: [a,b,c,d,e,f,g,h,i]\n") ==
        "3: there are over 8 secrets");
  CHECK(said("  username: a:b\n  password: abc\n", Method::basic_http) == "3: username must have no :");
  CHECK(said("  password: abc\n", Method::basic_http) == "3: username is missing");
  CHECK(said("  api_key_header: 'X Key'\n  api_key_secret: abc\n", Method::api_key) ==
        "3: api_key_header must be the name of a header");
  CHECK(error_of(TempFolder(), Method::api_key) ==
        "f/x/key.resource.yaml cannot be read: No such file or directory");
}

TEST_CASE("A change of any of its files is seen at the next look, and without one nothing is read anew") {
  Written folder("  signature_provider: github\n  secret_file: f/x/secret\n", 0644);
  Keyring keyring;
  const auto look = [&] { return keyring.of(folder.path(), {Method::signature, name}); };
  CHECK_FALSE(*look());
  folder.write("f/x/secret", "one", 0600);
  CHECK(std::get<SignatureKeys>(**look()).secrets == std::vector<std::string>{"one"});
  folder.write("f/x/secret", "two", 0600);
  CHECK(std::get<SignatureKeys>(**look()).secrets == std::vector<std::string>{"two"});
  folder.write("f/x/secret", "two", 0644);
  CHECK_FALSE(*look());
}
