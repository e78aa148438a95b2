#include "handler/workspace/http_trigger.h"

#include <algorithm>
#include <array>
#include <utility>
#include <variant>

#include "handler/config/nearest.h"
#include "handler/config/values.h"
#include "handler/config/yaml_values.h"
#include "handler/workspace/broken_trigger.h"
#include "runner/base/text.h"

namespace towermill {
namespace {

using Problem = YamlProblem;

template <std::size_t count>
Result<std::size_t> place_of_word(const YamlMember& member,
                                  const std::array<std::string_view, count>& words) {
  const bool plain = member.value->kind == YamlKind::scalar;
  const auto found = plain ? std::find(words.begin(), words.end(), member.value->text) : words.end();
  if (found != words.end()) return static_cast<std::size_t>(found - words.begin());
  std::string all;
  for (const std::string_view word : words) all += (all.empty() ? "" : ", ") + std::string(word);
  return Error{must_be(member, "one of " + all)};
}

template <class Choice, std::size_t count>
Problem read(const YamlMember& member, const std::array<std::string_view, count>& words, Choice& into) {
  const auto place = place_of_word(member, words);
  if (!place) return place.error().message;
  into = static_cast<Choice>(*place);
  return std::nullopt;
}

Problem read(const YamlMember& member, bool& into) {
  return read(member, std::array<std::string_view, 2>{"false", "true"}, into);
}

Problem read_method(const YamlMember& member, HttpTrigger& trigger) {
  constexpr std::array<std::string_view, 5> words = {"get", "post", "put", "delete", "patch"};
  constexpr std::array<const char*, 5> methods = {"GET", "POST", "PUT", "DELETE", "PATCH"};
  const auto place = place_of_word(member, words);
  if (!place) return place.error().message;
  trigger.method = methods[*place];
  return std::nullopt;
}

Problem read_authentication(const YamlMember& member, HttpTrigger& trigger) {
  constexpr std::array<std::string_view, 6> words = {"none",       "windmill",      "api_key",
                                                     "basic_http", "custom_script", "signature"};
  return read(member, words, trigger.authentication.method);
}

Problem read_resource(const YamlMember& member, HttpTrigger& trigger) {
  constexpr std::string_view of_resource = "$res:";
  std::string path;
  const Problem problem = read_text(member, path);
  trigger.authentication.resource_path =
      path.starts_with(of_resource) ? path.substr(of_resource.size()) : path;
  return problem;
}

Problem read_request_type(const YamlMember& member, HttpTrigger& trigger) {
  return read(member, std::array<std::string_view, 3>{"sync", "async", "sync_sse"}, trigger.request_type);
}

Problem read_is_async(const YamlMember& member, HttpTrigger& trigger) {
  return read(member, std::array<std::string_view, 2>{"false", "true"}, trigger.request_type);
}

Problem read_mode(const YamlMember& member, HttpTrigger& trigger) {
  return read(member, std::array<std::string_view, 3>{"enabled", "disabled", "suspended"}, trigger.mode);
}

Problem read_enabled(const YamlMember& member, HttpTrigger& trigger) {
  return read(member, std::array<std::string_view, 2>{"true", "false"}, trigger.mode);
}

Problem read_is_website(const YamlMember& member, HttpTrigger& trigger) {
  bool website = false;
  const Problem problem = read(member, website);
  trigger.is_static = trigger.is_static || website;
  return problem;
}

Problem read_asset(const YamlMember&, HttpTrigger& trigger) {
  trigger.is_static = true;
  return std::nullopt;
}

Problem read_origins(const YamlMember& member, HttpTrigger& trigger) {
  if (member.value->kind != YamlKind::list) return must_be(member, "a list of origins");
  auto& origins = trigger.allowed_origins.emplace();
  for (const YamlNode* item : member.value->items) {
    if (item->kind != YamlKind::scalar || !is_origin(item->text))
      return member.key + ": item " + std::to_string(origins.size() + 1) +
             " must be *, or http:// or https:// with a host and, at most, a port";
    origins.push_back(item->text);
  }
  return std::nullopt;
}

Problem read_addresses(const YamlMember& member, HttpTrigger& trigger) {
  if (member.value->kind != YamlKind::list) return must_be(member, "a list of addresses");
  if (member.value->items.empty()) return member.key + " is empty: nobody may call";
  auto& ranges = trigger.allowed_addresses.emplace();
  for (const YamlNode* item : member.value->items) {
    const auto range = parse_address_range(item->text);
    if (!range)
      return member.key + ": item " + std::to_string(ranges.size() + 1) +
             " is no address, and no range as 192.0.2.0/24 with all bits beyond the prefix zero";
    ranges.push_back(*range);
  }
  return std::nullopt;
}

Problem read_path(const YamlMember& member, HttpTrigger& trigger) {
  std::string text;
  if (auto problem = read_text(member, text)) return problem;
  auto path = parse_route_path(text);
  if (!path) return member.key + " is \"" + printable(text.substr(0, 80)) + "\": " + path.error().message;
  trigger.path = std::move(*path);
  return std::nullopt;
}

using OwnReader = Problem (*)(const YamlMember&, HttpTrigger&);
struct Key {
  std::string_view name;
  std::variant<std::string HttpTrigger::*, bool HttpTrigger::*, OwnReader> reader;
};

// What is heeded, in the order in which it is: a newer word for a thing stands behind the older and outdoes
// it.
const std::array keys = {
    Key{"route_path", read_path},
    Key{"http_method", read_method},
    Key{"is_flow", &HttpTrigger::is_flow},
    Key{"is_async", read_is_async},
    Key{"request_type", read_request_type},
    Key{"authentication_method", read_authentication},
    Key{"authentication_resource_path", read_resource},
    Key{"is_static_website", read_is_website},
    Key{"static_asset_config", read_asset},
    Key{"script_path", &HttpTrigger::script_path},
    Key{"workspaced_route", &HttpTrigger::workspaced},
    Key{"wrap_body", &HttpTrigger::wrap_body},
    Key{"raw_string", &HttpTrigger::raw_string},
    Key{"accept_once", &HttpTrigger::accept_once},
    Key{"enabled", read_enabled},
    Key{"mode", read_mode},
    Key{"allowed_origins", read_origins},
    Key{"allowed_addresses", read_addresses},
    Key{"summary", &HttpTrigger::summary},
    Key{"description", &HttpTrigger::description},
};

// Windmill's own records, which nobody misses here.
constexpr std::string_view records[] = {"path",
                                        "workspace_id",
                                        "labels",
                                        "email",
                                        "edited_by",
                                        "edited_at",
                                        "extra_perms",
                                        "permissioned_as",
                                        "route_path_key",
                                        "preserve_email",
                                        "preserve_permissioned_as"};
constexpr std::string_view without_effect[] = {"error_handler_path", "error_handler_args", "retry"};

const Key* find_key(std::string_view name) {
  const auto found = std::find_if(keys.begin(), keys.end(), [&](const Key& key) { return key.name == name; });
  return found == keys.end() ? nullptr : &*found;
}

Problem read(const Key& key, const YamlMember& member, HttpTrigger& trigger) {
  if (const auto* own = std::get_if<OwnReader>(&key.reader)) return (*own)(member, trigger);
  if (const auto* text = std::get_if<std::string HttpTrigger::*>(&key.reader))
    return read_text(member, trigger.**text);
  return read(member, trigger.*std::get<bool HttpTrigger::*>(key.reader));
}

std::string at(std::string_view file, int line, const std::string& what) {
  return std::string(file) + ":" + std::to_string(line) + ": " + what;
}

/// Reads every key it knows and remembers the first thing that is wrong.
class Reader {
 public:
  explicit Reader(std::string_view file) { trigger_.file = file; }

  Result<HttpTrigger> read_all(const YamlNode& root) {
    if (root.kind != YamlKind::map) return Error{at(trigger_.file, root.line, "must be a map")};
    for (const Key& key : keys) take(key, root);
    if (trigger_.path.empty() || path_is_doubtful_) return Error{trigger_.fault};
    return std::move(trigger_);
  }

 private:
  void take(const Key& key, const YamlNode& root) {
    bool found = false;
    for (const YamlMember& member : root.members) {
      if (member.key != key.name || is_left_out(member)) continue;
      if (std::exchange(found, true)) return wrong(key, member.line, member.key + " is there twice");
      if (const Problem problem = read(key, member, trigger_)) wrong(key, member.line, *problem);
    }
    if (!found && is_required(key.name)) wrong(key, root.line, std::string(key.name) + " is missing");
  }

  /// Where nothing is said of who may call, all may: so a key for it with no value is wrong.
  static bool is_left_out(const YamlMember& member) {
    return member.value->kind == YamlKind::nothing && member.key != "allowed_addresses";
  }

  bool is_required(std::string_view name) const {
    if (name == "script_path") return !trigger_.is_static;
    if (name == "authentication_resource_path") return needs_resource(trigger_.authentication.method);
    return name == "route_path" || name == "http_method" || name == "authentication_method";
  }

  void wrong(const Key& key, int line, const std::string& what) {
    if (key.name == "route_path" || key.name == "workspaced_route") path_is_doubtful_ = true;
    if (trigger_.fault.empty()) trigger_.fault = at(trigger_.file, line, what);
  }

  HttpTrigger trigger_;
  bool path_is_doubtful_ = false;
};

template <class Names>
bool has(const Names& names, std::string_view name) {
  return std::find(std::begin(names), std::end(names), name) != std::end(names);
}

std::string slip_in(const std::string& key) {
  if (find_key(key) != nullptr || has(records, key)) return "";
  if (has(without_effect, key)) return key + " is not supported, and has no effect";
  std::vector<std::string_view> known;
  for (const Key& row : keys) known.push_back(row.name);
  const std::string meant = nearest(key, known);
  return printable(key) + " means nothing" + (meant.empty() ? "" : "; did you mean " + meant + "?");
}

}  // namespace

Result<HttpTrigger> parse_http_trigger(std::string_view yaml, std::string_view file) {
  const auto document = parse_yaml(yaml, file);
  if (!document) return read_broken_trigger(yaml, file, document.error());
  return Reader(file).read_all(document->root());
}

std::string unsupported_in(const HttpTrigger& trigger) {
  if (trigger.is_static)
    return "a static website or file (is_static_website, static_asset_config) is not supported";
  if (trigger.is_flow) return "is_flow: flows are not supported";
  // A stream cannot be sent a second time.
  const bool is_told_apart =
      trigger.accept_once && trigger.authentication.method == AuthenticationMethod::signature;
  if (trigger.request_type == RequestType::sync_sse && is_told_apart)
    return "request_type sync_sse with a signature needs accept_once: false";
  if (trigger.mode == TriggerMode::suspended)
    return "mode suspended is not supported, only enabled and disabled";
  return "";
}

std::vector<std::string> slips_in_trigger(std::string_view yaml, std::string_view file) {
  std::vector<std::string> slips;
  const auto document = parse_yaml(yaml, file);
  if (!document) return slips;
  for (const YamlMember& member : document->root().members)
    if (const std::string slip = slip_in(member.key); !slip.empty())
      slips.push_back(at(file, member.line, slip));
  return slips;
}

}  // namespace towermill
