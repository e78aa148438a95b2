#pragma once
// The errors of the server itself: one line of text/plain each. errors.tbl has them all, with status, text
// and reason.

#include <string>
#include <string_view>
#include <vector>

#include "handler/http/message.h"

namespace towermill {

enum class ServerError {
#define ROW(kind, status, text, header_name, header_value, when) kind,
#include "handler/reply/errors.tbl"
#undef ROW
};

/// One row of the table, as the manual shows it.
struct ErrorRow {
  std::string_view kind;
  int status;
  std::string_view text;  // "{}" stands for the detail
  std::string_view header_name, header_value;
  std::string_view when;
};
std::vector<ErrorRow> error_table();

/// The README's table.
std::string errors_markdown();

/// `detail` fills the text: the path of script_not_found, "GET, POST" of method_not_allowed,
/// "body_limit_bytes 16777216" of payload_too_large, … It reaches the caller: no secret, no path of the
/// server.
/// `header` is the value of the row's header where that is not the one that the row has.
Response error_response(ServerError kind, std::string_view detail = {}, std::string_view header = {});

}  // namespace towermill
