#include "handler/auth/credentials.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "handler/auth/custom_scheme.h"
#include "handler/config/nearest.h"
#include "handler/config/yaml.h"
#include "handler/http/message.h"
#include "runner/base/text.h"

namespace towermill {
namespace {

using Method = AuthenticationMethod;
using Problem = std::optional<std::string>;

constexpr std::int64_t longest_window_s = 86'400;
constexpr std::string_view of_variable = "$var:";

/// What a resource says, before it is known to be whole.
struct Given {
  std::string user, header, provider;
  std::optional<std::int64_t> window_s;
  const YamlNode* config = nullptr;  // of a custom scheme
  std::vector<std::string> secrets;
  bool holds_secret = false;  // in the resource itself
};

/// Reads one resource; what is wrong first is what is told.
class Reader {
 public:
  Reader(Method method, SecretSource& source) : method_(method), source_(source) {}

  Problem read_all(const YamlNode& value);
  Given& given() { return given_; }
  int line() const { return line_; }

 private:
  using Read = Problem (Reader::*)(const YamlNode&);
  struct Key {
    std::string_view name;
    std::optional<Method> method;  // nullopt: of each
    Read read;
  };
  static const std::array<Key, 11> keys;

  Problem read(const YamlMember& member);
  Problem meaningless(const std::string& name) const;
  Problem text(const YamlNode& node, std::string& into);
  template <class Take>
  Problem each_text(const YamlNode& node, Take take);
  template <class Take>
  Problem secrets(const YamlNode& node, Take take);

  Problem user(const YamlNode& node) { return text(node, given_.user); }
  Problem header(const YamlNode& node) { return text(node, given_.header); }
  Problem provider(const YamlNode& node) { return text(node, given_.provider); }
  Problem window(const YamlNode& node);
  Problem config(const YamlNode& node);
  Problem secret(const YamlNode& node);
  Problem files(const YamlNode& node);
  Problem variables(const YamlNode& node);
  Problem credentials(const YamlNode& node);

  const Method method_;
  SecretSource& source_;
  Given given_;
  int line_ = 1;
};

const std::array<Reader::Key, 11> Reader::keys = {{
    {"username", Method::basic_http, &Reader::user},
    {"password", Method::basic_http, &Reader::secret},
    {"api_key_header", Method::api_key, &Reader::header},
    {"api_key_secret", Method::api_key, &Reader::secret},
    {"signature_provider", Method::signature, &Reader::provider},
    {"secret_key", Method::signature, &Reader::secret},
    {"authentication_config", Method::signature, &Reader::config},
    {"window_s", Method::signature, &Reader::window},
    {"secret_file", std::nullopt, &Reader::files},
    {"secret_env", std::nullopt, &Reader::variables},
    {"secret_credential", std::nullopt, &Reader::credentials},
}};

Problem Reader::read_all(const YamlNode& value) {
  line_ = value.line;
  if (value.kind != YamlKind::map) return "value must be a map";
  for (const YamlMember& member : value.members) {
    if (member.value->kind == YamlKind::nothing) continue;
    line_ = member.line;
    if (const Problem problem = read(member)) return problem;
  }
  line_ = value.line;
  if (given_.secrets.empty()) return "there is no secret";
  if (given_.secrets.size() > most_secrets)
    return "there are over " + std::to_string(most_secrets) + " secrets";
  return std::nullopt;
}

Problem Reader::read(const YamlMember& member) {
  const auto key =
      std::find_if(keys.begin(), keys.end(), [&](const Key& row) { return row.name == member.key; });
  if (key == keys.end() || key->method.value_or(method_) != method_) return meaningless(member.key);
  if (const Problem problem = (this->*key->read)(*member.value)) return member.key + " " + *problem;
  return std::nullopt;
}

Problem Reader::meaningless(const std::string& name) const {
  std::vector<std::string_view> known;
  for (const Key& key : keys)
    if (key.method.value_or(method_) == method_) known.push_back(key.name);
  const std::string meant = nearest(name, known);
  return printable(name) + " means nothing here" + (meant.empty() ? "" : "; did you mean " + meant + "?");
}

/// "$var:f/x/name" stands for the value of that variable.
Problem Reader::text(const YamlNode& node, std::string& into) {
  if (node.kind != YamlKind::scalar || node.text.empty()) return "must be a text that is not empty";
  if (!node.text.starts_with(of_variable)) {
    into = node.text;
    return std::nullopt;
  }
  auto value = source_.variable(node.text.substr(of_variable.size()));
  if (!value) return "is a variable: " + value.error().message;
  into = std::move(*value);
  return into.empty() ? Problem("is a variable that is empty") : std::nullopt;
}

template <class Take>
Problem Reader::each_text(const YamlNode& node, Take take) {
  if (node.kind != YamlKind::list) return take(node);
  for (const YamlNode* item : node.items)
    if (const Problem problem = take(*item)) return problem;
  return node.items.empty() ? Problem("is an empty list") : std::nullopt;
}

/// One secret or a list of them; `take` turns what names it into it.
template <class Take>
Problem Reader::secrets(const YamlNode& node, Take take) {
  return each_text(node, [&](const YamlNode& item) -> Problem {
    std::string name;
    if (Problem problem = text(item, name)) return problem;
    Result<std::string> secret = take(name);
    if (!secret) return "does not do: " + secret.error().message;
    if (secret->empty()) return "names a secret that is empty";
    given_.secrets.push_back(std::move(*secret));
    return std::nullopt;
  });
}

Problem Reader::secret(const YamlNode& node) {
  if (Problem problem = secrets(node, [](const std::string& secret) { return Result<std::string>(secret); }))
    return problem;
  return each_text(node, [&](const YamlNode& item) {
    given_.holds_secret = given_.holds_secret || !item.text.starts_with(of_variable);
    return Problem();
  });
}

Problem Reader::files(const YamlNode& node) {
  return secrets(node, [&](const std::string& path) { return source_.file(path); });
}

Problem Reader::variables(const YamlNode& node) {
  return secrets(node, [](const std::string& name) { return SecretSource::environment(name); });
}

Problem Reader::credentials(const YamlNode& node) {
  return secrets(node, [&](const std::string& name) { return source_.credential(name); });
}

Problem Reader::window(const YamlNode& node) {
  given_.window_s = node.kind == YamlKind::scalar ? to_integer(node.text) : std::nullopt;
  if (given_.window_s && *given_.window_s >= 1 && *given_.window_s <= longest_window_s) return std::nullopt;
  return "must be a whole number of seconds from 1 to " + std::to_string(longest_window_s);
}

Problem Reader::config(const YamlNode& node) {
  if (node.kind != YamlKind::map) return "must be a map";
  given_.config = &node;
  return std::nullopt;
}

/// Secrets in the form in which the scheme uses them.
Result<std::vector<std::string>> decoded(const Scheme& scheme, std::vector<std::string> secrets) {
  if (scheme.secret == SecretForm::text) return secrets;
  constexpr std::string_view prefix = "whsec_";
  for (std::string& secret : secrets) {
    const std::string_view text = secret;
    auto bytes =
        base64_decode(text.starts_with(prefix) ? text.substr(prefix.size()) : text, Base64::standard);
    if (!bytes || bytes->empty()) return Error{"a secret is not base64, with whsec_ before it or without"};
    secret = std::move(*bytes);
  }
  return secrets;
}

std::string all_words() {
  std::string words;
  for (const Scheme& scheme : scheme_table()) words += scheme.word + ", ";
  return words + "custom";
}

Result<Scheme> scheme_of(const Given& given) {
  if (given.provider.empty()) return Error{"signature_provider is missing"};
  const bool is_custom = equals_ignoring_case(given.provider, "custom");
  if (is_custom && given.config == nullptr) return Error{"authentication_config is missing"};
  const Scheme* known = find_scheme(given.provider);
  if (!is_custom && known == nullptr) return Error{"signature_provider must be one of " + all_words()};
  auto scheme = is_custom ? custom_scheme(*given.config) : Result<Scheme>(*known);
  if (!scheme || !given.window_s) return scheme;
  if (scheme->time == TimeForm::none) return Error{"window_s needs a timestamp, and none is signed"};
  scheme->window_s = *given.window_s;
  return scheme;
}

Result<Credentials> signature_keys(Given& given) {
  auto scheme = scheme_of(given);
  if (!scheme) return scheme.error();
  auto secrets = decoded(*scheme, std::move(given.secrets));
  if (!secrets) return secrets.error();
  return Credentials(SignatureKeys{std::move(*scheme), std::move(*secrets)});
}

Result<Credentials> credentials_of(Method method, Given& given) {
  if (method == Method::signature) return signature_keys(given);
  if (method == Method::basic_http) {
    if (given.user.empty()) return Error{"username is missing"};
    if (given.user.find(':') != std::string::npos) return Error{"username must have no :"};
    return Credentials(BasicLogin{std::move(given.user), std::move(given.secrets)});
  }
  if (!is_header_name(given.header)) return Error{"api_key_header must be the name of a header"};
  return Credentials(ApiKey{std::move(given.header), std::move(given.secrets)});
}

const YamlNode* value_in(const YamlNode& root) {
  for (const YamlMember& member : root.members)
    if (member.key == "value") return member.value;
  return nullptr;
}

std::string header_in(const ApiKey& key) { return key.header; }
std::string header_in(const BasicLogin&) { return "Authorization"; }
std::string header_in(const SignatureKeys& keys) { return keys.scheme.headers.front().signature; }

std::string words_of(const ApiKey& key) { return "api_key " + key.header; }
std::string words_of(const BasicLogin&) { return "basic_http"; }
std::string words_of(const SignatureKeys& keys) { return "signature " + keys.scheme.word; }

}  // namespace

std::string header_of(const Credentials& credentials) {
  return std::visit([](const auto& kind) { return header_in(kind); }, credentials);
}

std::string describe(const Credentials& credentials) {
  return std::visit([](const auto& kind) { return words_of(kind); }, credentials);
}

Result<Credentials> read_credentials(const Authentication& wanted, SecretSource& source) {
  const std::string called = wanted.resource_path + ".resource.yaml";
  const auto text = source.resource(wanted.resource_path);
  if (!text) return text.error();
  const auto document = parse_yaml(text->bytes, called);
  if (!document) return document.error();
  const YamlNode* const value = value_in(document->root());
  if (value == nullptr) return Error{called + ":1: value is missing"};
  Reader reader(wanted.method, source);
  if (const Problem problem = reader.read_all(*value))
    return Error{called + ":" + std::to_string(reader.line()) + ": " + *problem};
  if (reader.given().holds_secret)
    if (const auto own = private_to_us(text->mode, called); !own) return own.error();
  auto credentials = credentials_of(wanted.method, reader.given());
  if (!credentials)
    return Error{called + ":" + std::to_string(reader.line()) + ": " + credentials.error().message};
  return credentials;
}

}  // namespace towermill
