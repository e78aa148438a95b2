#include "handler/schema/interface.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "runner/base/text.h"

namespace towermill {
namespace {

constexpr std::size_t room_bytes = 32 << 20;
constexpr std::string_view check_annotation = "schema_validation";
constexpr std::string_view schema_of_anything =
    R"({"$schema":"https://json-schema.org/draft/2020-12/schema","type":"object"})";

/// Whether the word stands alone in one of the comments that the source begins with.
bool has_annotation(std::string_view source, std::string_view word) {
  if (source.starts_with("\xef\xbb\xbf")) source.remove_prefix(3);
  while (!source.empty()) {
    const std::size_t length = std::min(source.find('\n'), source.size());
    std::string_view line = trim(source.substr(0, length));
    source.remove_prefix(std::min(length + 1, source.size()));
    if (line.starts_with("<?php")) line = trim(line.substr(5));
    if (line.empty()) continue;
    if (!line.starts_with('#') && !line.starts_with("//")) return false;
    if (trim(line.substr(line.starts_with('#') ? 1 : 2)) == word) return true;
  }
  return false;
}

std::vector<std::string> names_of(const std::vector<Parameter>& parameters) {
  std::vector<std::string> names;
  for (const Parameter& parameter : parameters) names.push_back(parameter.name);
  return names;
}

}  // namespace

Interface read_interface(const Script& script) {
  const std::string_view source = *script.source;
  const Language& language = *script.language;
  Interface interface;
  const auto parameters = language.parameters(source, "main");
  interface.schema = parameters ? schema_of(*parameters) : std::string(schema_of_anything);
  // To look for the name first spares reading the whole source again.
  if (language.has_preprocessors() && source.find(preprocessor_name) != std::string_view::npos) {
    if (const auto found = language.parameters(source, preprocessor_name))
      interface.preprocessor = names_of(*found);
  }
  interface.asks_for_check = has_annotation(source, check_annotation);
  return interface;
}

std::shared_ptr<const Interface> Interfaces::of(const Script& script) {
  {
    const std::lock_guard lock(mutex_);
    if (const auto found = known_.find(script.hash); found != known_.end()) return found->second;
  }
  auto fresh = std::make_shared<const Interface>(read_interface(script));
  const std::size_t size = fresh->schema.size() + sizeof(Interface) + script.hash.size();
  const std::lock_guard lock(mutex_);
  // Full is rare, and starting over is right by construction.
  if (bytes_ + size > room_bytes) {
    known_.clear();
    bytes_ = 0;
  }
  if (known_.insert_or_assign(script.hash, fresh).second) bytes_ += size;
  return fresh;
}

const std::string& schema_of_args(const Script& script, const Interface& interface) {
  return script.meta.schema ? *script.meta.schema : interface.schema;
}

bool wants_check(const Script& script, const Interface& interface) {
  return script.meta.schema_validation.value_or(interface.asks_for_check);
}

}  // namespace towermill
