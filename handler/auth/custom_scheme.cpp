#include "handler/auth/custom_scheme.h"

#include <algorithm>
#include <array>
#include <optional>

#include "handler/config/nearest.h"
#include "handler/http/message.h"
#include "runner/base/text.h"

namespace towermill {
namespace {

using Problem = std::optional<std::string>;

template <class Choice>
struct Word {
  std::string_view word;
  Choice choice;
};

constexpr std::array algorithms = {Word<HashAlgorithm>{"sha1", HashAlgorithm::sha1},
                                   Word<HashAlgorithm>{"sha256", HashAlgorithm::sha256},
                                   Word<HashAlgorithm>{"sha512", HashAlgorithm::sha512}};
// base64uri is Windmill's word.
constexpr std::array encodings = {
    Word<Encoding>{"hex", Encoding::hex}, Word<Encoding>{"base64", Encoding::base64},
    Word<Encoding>{"base64url", Encoding::base64url}, Word<Encoding>{"base64uri", Encoding::base64url}};
constexpr std::array time_forms = {Word<TimeForm>{"seconds", TimeForm::seconds},
                                   Word<TimeForm>{"milliseconds", TimeForm::milliseconds},
                                   Word<TimeForm>{"rfc3339", TimeForm::rfc3339}};

template <class Words, class Choice>
Problem choose(const Words& words, const std::string& text, Choice& into) {
  std::string all;
  for (const auto& [word, choice] : words) {
    if (equals_ignoring_case(word, text)) {
      into = choice;
      return std::nullopt;
    }
    all += (all.empty() ? "" : ", ") + std::string(word);
  }
  return "must be one of " + all;
}

Problem header(const std::string& text, std::string& into) {
  if (!is_header_name(text)) return "must be the name of a header";
  into = text;
  return std::nullopt;
}

SignatureHeaders& headers_of(Scheme& scheme) { return scheme.headers.front(); }

using Read = Problem (*)(const std::string&, Scheme&);
struct Key {
  std::string_view name;
  Read read;
};

Problem read_algorithm(const std::string& text, Scheme& scheme) {
  return choose(algorithms, text, scheme.algorithm);
}
Problem read_encoding(const std::string& text, Scheme& scheme) {
  return choose(encodings, text, scheme.encoding);
}
Problem read_header(const std::string& text, Scheme& scheme) {
  return header(text, headers_of(scheme).signature);
}
Problem read_prefix(const std::string& text, Scheme& scheme) {
  scheme.prefix = text;
  return std::nullopt;
}
Problem read_signed(const std::string& text, Scheme& scheme) {
  scheme.signed_text = text;
  return std::nullopt;
}
Problem read_timestamp_header(const std::string& text, Scheme& scheme) {
  return header(text, headers_of(scheme).timestamp);
}
Problem read_timestamp_format(const std::string& text, Scheme& scheme) {
  return choose(time_forms, text, scheme.time);
}
Problem read_id_header(const std::string& text, Scheme& scheme) {
  return header(text, headers_of(scheme).id);
}

// The first four are Windmill's.
constexpr std::array keys = {Key{"algorithm", read_algorithm},
                             Key{"encoding", read_encoding},
                             Key{"signature_header_name", read_header},
                             Key{"signature_prefix", read_prefix},
                             Key{"signed", read_signed},
                             Key{"timestamp_header_name", read_timestamp_header},
                             Key{"timestamp_format", read_timestamp_format},
                             Key{"id_header_name", read_id_header}};

Problem read(const YamlMember& member, Scheme& scheme) {
  const auto key =
      std::find_if(keys.begin(), keys.end(), [&](const Key& row) { return row.name == member.key; });
  if (key == keys.end()) {
    std::vector<std::string_view> known;
    for (const Key& row : keys) known.push_back(row.name);
    const std::string meant = nearest(member.key, known);
    return printable(member.key) + " means nothing" + (meant.empty() ? "" : "; did you mean " + meant + "?");
  }
  if (member.value->kind != YamlKind::scalar) return member.key + " must be a text";
  if (const Problem problem = key->read(member.value->text, scheme)) return member.key + " " + *problem;
  return std::nullopt;
}

std::size_t count(std::string_view text, std::string_view part) {
  std::size_t found = 0;
  for (auto at = text.find(part); at != std::string_view::npos; at = text.find(part, at + 1)) ++found;
  return found;
}

/// Whether the text that is signed and the headers that go into it fit together.
Problem misfit(const Scheme& scheme) {
  const SignatureHeaders& headers = scheme.headers.front();
  const std::string& form = scheme.signed_text;
  const std::size_t bodies = count(form, "{body}"), times = count(form, "{timestamp}"),
                    ids = count(form, "{id}");
  if (headers.signature.empty()) return "signature_header_name is missing";
  if (bodies != 1) return "signed must have {body} in it, once";
  if (times + ids + bodies != count(form, "{") || times > 1 || ids > 1)
    return "signed may have {timestamp}, {id} and {body} in it, each once, and no other {";
  if ((times == 1) != !headers.timestamp.empty())
    return "timestamp_header_name and {timestamp} in signed need each other";
  if ((ids == 1) != !headers.id.empty()) return "id_header_name and {id} in signed need each other";
  if (times == 0 && scheme.time != TimeForm::none) return "timestamp_format needs {timestamp} in signed";
  return std::nullopt;
}

}  // namespace

Result<Scheme> custom_scheme(const YamlNode& config) {
  Scheme scheme{.word = "custom", .title = "custom", .headers = {{""}}, .signed_text = "{body}"};
  for (const YamlMember& member : config.members) {
    if (member.value->kind == YamlKind::nothing) continue;
    if (const Problem problem = read(member, scheme)) return Error{"authentication_config: " + *problem};
  }
  if (const Problem problem = misfit(scheme)) return Error{"authentication_config: " + *problem};
  if (!scheme.headers.front().timestamp.empty()) {
    if (scheme.time == TimeForm::none) scheme.time = TimeForm::seconds;
    scheme.window_s = default_window_s;
  }
  if (!scheme.headers.front().id.empty()) scheme.named_by = NamedBy::id;
  return scheme;
}

}  // namespace towermill
