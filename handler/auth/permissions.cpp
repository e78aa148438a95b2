#include "handler/auth/permissions.h"

#include <array>

#include "runner/base/text.h"

namespace towermill {

namespace {

struct PermissionRow {
  std::string_view domain, action, kind;
  Runs runs;
  std::string_view what;

  Use use(std::string_view path) const { return {domain, action, kind, std::string(path)}; }
};

constexpr std::array rows = {
#define ROW(name, domain, action, kind, runs, what) PermissionRow{domain, action, kind, runs, what},
#include "handler/auth/permissions.tbl"
#undef ROW
};

std::string scope_in_words(const PermissionRow& row) {
  if (row.domain.empty()) return "any";
  std::string text = "`" + show(row.use({})) + "`";
  if (!row.kind.empty()) text += ", `" + show(row.use("f/x/y")) + "`, `" + show(row.use("f/x/*")) + "`";
  return row.runs == Runs::suffice ? text + ", or any that lets it run something" : text;
}

}  // namespace

std::string missing_scope(const Scopes& scopes, Permission wanted, std::string_view path) {
  const PermissionRow& row = rows[static_cast<std::size_t>(wanted)];
  if (row.domain.empty()) return "";
  if (row.runs == Runs::suffice && scopes.allow_some_run()) return "";
  const Use use = row.use(path);
  return scopes.allow(use) ? "" : show(use);
}

std::string scopes_markdown() {
  std::string table = markdown_row({"Scope", "The token may"}) + "|---|---|\n";
  for (const PermissionRow& row : rows) table += markdown_row({scope_in_words(row), std::string(row.what)});
  return table;
}

}  // namespace towermill
