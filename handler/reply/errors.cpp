#include "handler/reply/errors.h"

#include <array>

#include "runner/base/text.h"

namespace towermill {
namespace {

constexpr std::array rows = {
#define ROW(kind, status, text, header_name, header_value, when) \
  ErrorRow{#kind, status, text, header_name, header_value, when},
#include "handler/reply/errors.tbl"
#undef ROW
};

std::string fill(std::string_view text, std::string_view detail) {
  std::string filled(text);
  const std::size_t gap = filled.find("{}");
  if (gap != std::string::npos) filled.replace(gap, 2, detail);
  return filled;
}

}  // namespace

std::vector<ErrorRow> error_table() { return {rows.begin(), rows.end()}; }

std::string errors_markdown() {
  std::string table = markdown_row({"Status", "Text", "When"}) + "|---|---|---|\n";
  for (const ErrorRow& row : rows)
    table +=
        markdown_row({std::to_string(row.status), "`" + fill(row.text, "…") + "`", std::string(row.when)});
  return table;
}

Response error_response(ServerError kind, std::string_view detail, std::string_view header) {
  const ErrorRow& row = rows[static_cast<std::size_t>(kind)];
  Response response = text_response(row.status, fill(row.text, detail));
  if (row.header_name.empty()) return response;
  std::erase_if(response.headers, [&](const Header& own) { return own.name == row.header_name; });
  const std::string_view value = header.empty() ? row.header_value : header;
  response.headers.push_back({std::string(row.header_name), fill(value, detail)});
  return response;
}

}  // namespace towermill
