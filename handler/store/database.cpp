#include "handler/store/database.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>

#include <cerrno>
#include <exception>
#include <map>
#include <utility>

#include "runner/base/fd.h"

namespace towermill {

namespace {

sqlite3_stmt* as_statement(void* statement) { return static_cast<sqlite3_stmt*>(statement); }

using Prepared = std::shared_ptr<sqlite3_stmt>;

// Statements that are put together for one question would add up.
constexpr std::size_t most_prepared = 200;

/// Ready for its next use, whatever became of this one; nothing of it is kept.
struct Reset {
  sqlite3_stmt* statement;
  ~Reset() {
    sqlite3_reset(statement);
    sqlite3_clear_bindings(statement);
  }
};

int errno_of(int code) {
  switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return EBUSY;
    case SQLITE_FULL:
      return ENOSPC;
    case SQLITE_READONLY:
      return EROFS;
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
      return EIO;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return EUCLEAN;
    case SQLITE_CONSTRAINT:
      return EEXIST;
    default:
      return EINVAL;
  }
}

std::string file_name(const std::string& path) { return path.substr(path.rfind('/') + 1); }

int bind(sqlite3_stmt* statement, int place, const Value& value) {
  if (const auto* number = std::get_if<std::int64_t>(&value))
    return sqlite3_bind_int64(statement, place, *number);
  if (const auto* text = std::get_if<std::string_view>(&value))
    return sqlite3_bind_text64(statement, place, text->data() == nullptr ? "" : text->data(), text->size(),
                               SQLITE_STATIC, SQLITE_UTF8);
  return sqlite3_bind_null(statement, place);
}

/// Made by us, so that nobody else can read it; SQLite gives its other files the same mode.
Result<void> make_private_file(const std::string& path) {
  const UniqueFd file(::open(path.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!file && errno != EROFS && errno != EACCES) return os_error(file_name(path) + ": cannot be opened");
  return {};
}

/// What memory denies is an error like another: a transaction is ended in every case.
Result<void> attempt(const std::function<Result<void>()>& work) {
  try {
    return work();
  } catch (const std::exception& error) {
    return Error{error.what()};
  }
}

}  // namespace

bool Row::is_null(int column) const {
  return sqlite3_column_type(as_statement(statement_), column) == SQLITE_NULL;
}

std::int64_t Row::integer(int column) const { return sqlite3_column_int64(as_statement(statement_), column); }

std::string_view Row::text(int column) const {
  const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(as_statement(statement_), column));
  if (bytes == nullptr) return {};
  return {bytes, static_cast<std::size_t>(sqlite3_column_bytes(as_statement(statement_), column))};
}

struct Database::Parts {
  std::string name;
  sqlite3* connection = nullptr;
  std::map<std::string, Prepared, std::less<>> prepared = {};  // by its text
  int depth = 0;                                               // of transactions

  ~Parts() {
    prepared.clear();
    sqlite3_close(connection);
  }

  /// Not sqlite3_errmsg's words for what went wrong in a statement: they may repeat a value.
  Error error(int code) const { return {name + ": " + sqlite3_errstr(code), errno_of(code)}; }

  Result<Prepared> prepare(std::string_view sql) {
    if (const auto found = prepared.find(sql); found != prepared.end()) return found->second;
    sqlite3_stmt* statement = nullptr;
    const int code = sqlite3_prepare_v3(connection, sql.data(), static_cast<int>(sql.size()),
                                        SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
    if (code != SQLITE_OK) return Error{name + ": " + sqlite3_errmsg(connection), errno_of(code)};
    if (prepared.size() >= most_prepared) prepared.clear();
    return prepared.emplace(sql, Prepared(statement, sqlite3_finalize)).first->second;
  }
};

Database::Database(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Database::~Database() = default;

Result<std::unique_ptr<Database>> Database::open(const std::string& path, Durability durability,
                                                 Writing writing) {
  if (writing == Writing::allowed)
    if (auto made = make_private_file(path); !made) return made.error();
  auto parts = std::make_unique<Parts>();
  parts->name = file_name(path);
  // Read-only connections too may have to make the file of a log that a crash has left.
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX;
  const int code = sqlite3_open_v2(path.c_str(), &parts->connection, flags, nullptr);
  if (code != SQLITE_OK) return parts->error(code);
  sqlite3_busy_timeout(parts->connection, busy_ms);
  std::unique_ptr<Database> database(new Database(std::move(parts)));
  std::string set_up = "PRAGMA journal_mode=WAL; PRAGMA foreign_keys=ON; PRAGMA journal_size_limit=67108864;";
  if (writing == Writing::none) set_up += "PRAGMA query_only=ON;";
  if (auto done = database->script(set_up); !done) return done.error();
  if (auto done = database->wait_for(durability); !done) return done.error();
  return database;
}

Result<void> Database::run(std::string_view sql, Values values) {
  return each(sql, values, [](const Row&) { return true; });
}

Result<void> Database::each(std::string_view sql, Values values,
                            const std::function<bool(const Row&)>& show) {
  const auto prepared = parts_->prepare(sql);
  if (!prepared) return prepared.error();
  sqlite3_stmt* const statement = prepared->get();
  const Reset reset{statement};
  int place = 0;
  for (const Value& value : values)
    if (const int code = bind(statement, ++place, value); code != SQLITE_OK) return parts_->error(code);
  int code = SQLITE_OK;
  while ((code = sqlite3_step(statement)) == SQLITE_ROW)
    if (!show(Row(statement))) return {};
  if (code != SQLITE_DONE) return parts_->error(sqlite3_extended_errcode(parts_->connection));
  return {};
}

Result<std::int64_t> Database::integer(std::string_view sql, Values values, std::int64_t otherwise) {
  std::int64_t found = otherwise;
  const auto done = each(sql, values, [&](const Row& row) {
    found = row.integer(0);
    return false;
  });
  if (!done) return done.error();
  return found;
}

Result<void> Database::script(const std::string& sql) {
  const int code = sqlite3_exec(parts_->connection, sql.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK)
    return Error{parts_->name + ": " + sqlite3_errmsg(parts_->connection), errno_of(code)};
  return {};
}

Result<void> Database::wait_for(Durability durability) {
  return script(durability == Durability::power_loss ? "PRAGMA synchronous=FULL"
                                                     : "PRAGMA synchronous=NORMAL");
}

const std::string& Database::name() const { return parts_->name; }

std::int64_t Database::changes() const { return sqlite3_changes64(parts_->connection); }

Result<void> Database::transaction(const std::function<Result<void>()>& work) {
  const bool outermost = parts_->depth == 0;
  // IMMEDIATE: who waits for another writer waits here, and not in the middle.
  if (auto begun = run(outermost ? "BEGIN IMMEDIATE" : "SAVEPOINT inner"); !begun) return begun;
  ++parts_->depth;
  Result<void> done = attempt(work);
  --parts_->depth;
  if (done) done = run(outermost ? "COMMIT" : "RELEASE inner");
  if (done) return done;
  // What SQLite itself has taken back (a full disk) is no transaction any more.
  if (in_transaction()) {
    const auto taken_back = script(outermost ? "ROLLBACK" : "ROLLBACK TO inner; RELEASE inner");
    if (!taken_back) return taken_back;
  }
  return done;
}

Result<void> Database::snapshot(const std::function<Result<void>()>& work) {
  if (auto begun = run("BEGIN DEFERRED"); !begun) return begun;
  const Result<void> done = attempt(work);
  const Result<void> ended = in_transaction() ? run("COMMIT") : Result<void>();
  return done ? ended : done;
}

bool Database::in_transaction() const { return sqlite3_get_autocommit(parts_->connection) == 0; }

Result<void> migrate(Database& database, std::initializer_list<std::string_view> steps) {
  return database.transaction([&]() -> Result<void> {
    const auto taken = database.integer("PRAGMA user_version");
    if (!taken) return taken.error();
    const auto known = static_cast<std::int64_t>(steps.size());
    if (*taken > known)
      return Error{database.name() + " was made by a newer version: its schema is " + std::to_string(*taken) +
                   ", and " + std::to_string(known) + " is the newest that this one knows"};
    std::int64_t number = 0;
    for (const std::string_view step : steps)
      if (++number > *taken)
        if (auto done = database.script(std::string(step)); !done) return done;
    if (*taken == known) return {};
    return database.script("PRAGMA user_version=" + std::to_string(known));
  });
}

}  // namespace towermill
