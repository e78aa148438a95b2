#pragma once
// What of a request becomes args, and how, besides its body.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "handler/http/query.h"
#include "runner/base/result.h"
#include "runner/languages/language.h"

namespace towermill {

enum class Wrap { non_objects, everything };  // into {"body": …}
enum class Raw { left_out, added };           // the body's exact bytes, as raw_string

/// An arg that is no part of the body, as a path parameter is.
struct ExtraArg {
  std::string name;
  std::string json;
};

struct ArgsAsked {
  Wrap wrap = Wrap::non_objects;
  Raw raw = Raw::left_out;
  std::vector<std::string> include_header;  // names, in any case
  std::vector<std::string> include_query;   // names
  std::optional<std::string> payload;       // of a GET request: base64 of a JSON object
  Preprocess preprocess = Preprocess::yes;  // where the script has a preprocessor
  std::string token;                        // what let the caller in: no script sees it
  std::vector<ExtraArg> extra;              // win over body, headers and query; a later one over an earlier

  /// Of a header's or the query's: it tells the caller's token.
  bool withholds(std::string_view value) const { return !token.empty() && value.find(token) != value.npos; }
};

/// The names in "a, b"; none where there is no list.
std::vector<std::string> names_in_list(std::optional<std::string_view> list);

/// As run_wait_result and its like ask: wrap_body, raw, include_header, include_query, payload,
/// skip_preprocessor. Error: a 400's sentence.
Result<ArgsAsked> asked_in(const Query& query);

}  // namespace towermill
