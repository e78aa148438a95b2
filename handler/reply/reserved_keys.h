#pragma once
// The reserved keys of a result object: what a script says about its own answer.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "handler/http/message.h"
#include "runner/base/json.h"

namespace towermill {

enum class ReservedKey { status_code, content_type, headers, transfer_encoding, failure, result };

/// One row of the table, as the manual shows it.
struct ReservedKeyRow {
  ReservedKey key;
  std::string_view name;
  std::string_view alias;  // counts where `name` is absent; empty: none
  std::string_view type;
  std::string_view effect;
};
std::vector<ReservedKeyRow> reserved_key_table();

/// What the reserved keys of one result say. Views point into the result's text.
struct Reserved {
  bool composes = false;   // a status, content type, headers or transfer encoding is there
  bool well_typed = true;  // no reserved key has a wrong type
  std::optional<std::string_view> status_number;  // the number's text
  std::optional<std::string> content_type;
  std::optional<std::string> transfer_encoding;
  std::optional<std::string> failure;
  std::vector<Header> headers;
  std::optional<JsonMember> result;  // absent where it is null

  /// The parts say how to answer; otherwise the whole value is the answer.
  bool is_composite() const { return composes && well_typed; }
};

Reserved read_reserved(const JsonValue& object);

}  // namespace towermill
