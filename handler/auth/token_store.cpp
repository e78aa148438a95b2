#include "handler/auth/token_store.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "runner/base/json.h"

namespace towermill {

namespace {

constexpr std::string_view schema = R"(CREATE TABLE tokens (
  sha256 TEXT PRIMARY KEY,
  prefix TEXT NOT NULL UNIQUE,
  label TEXT NOT NULL,
  scopes TEXT,
  workspace TEXT NOT NULL,
  expires_s INTEGER,
  created_s INTEGER NOT NULL,
  last_used_s INTEGER,
  created_by TEXT NOT NULL
) WITHOUT ROWID;)";

#define COLUMNS "sha256,prefix,label,scopes,workspace,expires_s,created_s,last_used_s,created_by"

/// NULL where everything is allowed: a text that is damaged allows nothing.
std::optional<std::string> to_text(const Scopes& scopes) {
  if (scopes.texts().empty() && scopes.allow_everything()) return std::nullopt;
  std::string text = "[";
  for (const std::string& scope : scopes.texts()) text += (text.size() > 1 ? "," : "") + json_quote(scope);
  return text + "]";
}

Scopes to_scopes(const Row& row, int column) {
  if (row.is_null(column)) return Scopes::everything();
  const auto array = parse_json(row.text(column));
  std::vector<std::string> texts;
  if (array)
    for (const JsonMember& scope : array->members)
      if (scope.kind == JsonKind::string) texts.push_back(json_unquote(scope.raw));
  auto scopes = Scopes::parse(texts);
  return scopes ? std::move(*scopes) : Scopes();
}

std::optional<std::int64_t> to_time(const Row& row, int column) {
  return row.is_null(column) ? std::nullopt : std::optional(row.integer(column));
}

Value to_value(const std::optional<std::int64_t>& time) { return time ? Value(*time) : Value(nullptr); }

TokenRow to_token(const Row& row) {
  return {.sha256_hex = row.string(0),
          .prefix = row.string(1),
          .label = row.string(2),
          .scopes = to_scopes(row, 3),
          .workspace = row.string(4),
          .expires_s = to_time(row, 5),
          .created_s = row.integer(6),
          .last_used_s = to_time(row, 7),
          .created_by = row.string(8)};
}

std::optional<TokenRow> first(std::vector<TokenRow> rows) {
  if (rows.empty()) return std::nullopt;
  return std::move(rows.front());
}

/// Whoever can write the file can make tokens.
Result<void> check_owner(const struct stat& info) {
  if (!S_ISREG(info.st_mode)) return Error{"tokens.db is no file"};
  if (info.st_uid != ::geteuid()) return Error{"tokens.db belongs to another user"};
  if ((info.st_mode & (S_IWGRP | S_IWOTH)) != 0) return Error{"tokens.db may be written by others"};
  return {};
}

}  // namespace

/// nullptr: there is no file, and none is to be made. One that was put in the place of an earlier is opened.
Result<std::shared_ptr<Store>> TokenStore::open(Absent absent) {
  const std::lock_guard lock(mutex_);
  struct stat info {};
  if (::lstat(path_.c_str(), &info) == 0) {
    if (auto safe = check_owner(info); !safe) return safe.error();
    if (store_ && info.st_dev == device_ && info.st_ino == file_) return store_;
  } else if (errno != ENOENT) {
    return os_error("tokens.db");
  } else if (absent == Absent::left_out) {
    return std::shared_ptr<Store>();
  }
  auto opened = Store::open(path_, {schema});
  if (!opened) return opened.error();
  if (::lstat(path_.c_str(), &info) != 0) return os_error("tokens.db");
  store_ = std::move(*opened);
  device_ = info.st_dev;
  file_ = info.st_ino;
  return store_;
}

Result<std::vector<TokenRow>> TokenStore::rows(std::string_view sql, Values values) {
  const auto store = open(Absent::left_out);
  if (!store) return store.error();
  std::vector<TokenRow> found;
  if (*store == nullptr) return found;
  const auto done = (*store)->read([&](Database& database) {
    return database.each(sql, values, [&](const Row& row) {
      found.push_back(to_token(row));
      return true;
    });
  });
  if (!done) return done.error();
  return found;
}

Result<std::optional<TokenRow>> TokenStore::find(const std::string& sha256_hex) {
  auto found = rows("SELECT " COLUMNS " FROM tokens WHERE sha256=?", {std::string_view(sha256_hex)});
  if (!found) return found.error();
  return first(std::move(*found));
}

Result<std::optional<TokenRow>> TokenStore::find_by_prefix(const std::string& prefix) {
  auto found = rows("SELECT " COLUMNS " FROM tokens WHERE prefix=?", {std::string_view(prefix)});
  if (!found) return found.error();
  return first(std::move(*found));
}

Result<std::vector<TokenRow>> TokenStore::list(const std::string& workspace, std::int64_t skip,
                                               std::int64_t most) {
  return rows("SELECT " COLUMNS
              " FROM tokens WHERE ?1='' OR workspace=?1 ORDER BY created_s DESC, prefix LIMIT ?2 OFFSET ?3",
              {std::string_view(workspace), most, skip});
}

Result<void> TokenStore::add(const TokenRow& row) {
  const auto store = open(Absent::made);
  if (!store) return store.error();
  const auto scopes = to_text(row.scopes);
  return (*store)->write([&](Database& database) {
    return database.run(
        "INSERT INTO tokens (" COLUMNS ") VALUES (?,?,?,?,?,?,?,?,?)",
        {std::string_view(row.sha256_hex), std::string_view(row.prefix), std::string_view(row.label),
         scopes ? Value(std::string_view(*scopes)) : Value(nullptr), std::string_view(row.workspace),
         to_value(row.expires_s), row.created_s, to_value(row.last_used_s),
         std::string_view(row.created_by)});
  });
}

Result<bool> TokenStore::remove(const std::string& prefix) {
  const auto store = open(Absent::left_out);
  if (!store) return store.error();
  if (*store == nullptr) return false;
  bool removed = false;
  const auto done = (*store)->write([&](Database& database) -> Result<void> {
    if (auto ran = database.run("DELETE FROM tokens WHERE prefix=?", {std::string_view(prefix)}); !ran)
      return ran;
    removed = database.changes() > 0;
    return {};
  });
  if (!done) return done.error();
  return removed;
}

Result<void> TokenStore::note_used(const std::vector<std::string>& sha256_hex, std::int64_t now_s) {
  const auto store = open(Absent::left_out);
  if (!store) return store.error();
  if (*store == nullptr) return {};
  return (*store)->write([&](Database& database) -> Result<void> {
    for (const std::string& hash : sha256_hex)
      if (auto done = database.run(
              "UPDATE tokens SET last_used_s=?1 WHERE sha256=?2 AND (last_used_s IS NULL OR last_used_s<?1)",
              {now_s, std::string_view(hash)});
          !done)
        return done;
    return {};
  });
}

#undef COLUMNS

}  // namespace towermill
