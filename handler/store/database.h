#pragma once
// One connection to an embedded database: a file, no server. The only user of SQLite.

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "runner/base/result.h"

namespace towermill {

/// What a statement's `?` is given; texts must live as long as the call.
using Value = std::variant<std::nullptr_t, std::int64_t, std::string_view>;
class Values {
 public:
  Values(std::initializer_list<Value> values) : values_(values.begin(), values.size()) {}
  Values(const std::vector<Value>& values) : values_(values) {}  // NOLINT: implicit on purpose
  auto begin() const { return values_.begin(); }
  auto end() const { return values_.end(); }

 private:
  std::span<const Value> values_;
};

/// One row of an answer, its columns counted from 0. Good within the call that shows it.
class Row {
 public:
  bool is_null(int column) const;
  std::int64_t integer(int column) const;   // 0 for NULL
  std::string_view text(int column) const;  // "" for NULL
  std::string string(int column) const { return std::string(text(column)); }

 private:
  friend class Database;
  explicit Row(void* statement) : statement_(statement) {}
  void* statement_;
};

/// What a commit waits for.
enum class Durability {
  power_loss,  // the bytes are on the disk
  crash,       // the bytes are with the system: only a power failure can take the latest
};

enum class Writing { allowed, none };

/// Errors are values: `os_error` is EBUSY (another process holds it for longer than `busy_ms`), ENOSPC,
/// EROFS, EIO, EUCLEAN (what is there is no sound database), EEXIST (a constraint), else EINVAL. Messages
/// name the file without its folders, and no value. For one thread at a time.
class Database {
 public:
  static constexpr int busy_ms = 10'000;

  /// Opens the file, or makes it, 0600, in a folder that is there.
  static Result<std::unique_ptr<Database>> open(const std::string& path, Durability durability,
                                                Writing writing = Writing::allowed);
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;
  ~Database();

  /// Runs one statement to its end. It is prepared once.
  Result<void> run(std::string_view sql, Values values = {});
  /// The same, showing every row; false from `show` ends it.
  Result<void> each(std::string_view sql, Values values, const std::function<bool(const Row&)>& show);
  /// The first row's first column; `otherwise` where there is no row.
  Result<std::int64_t> integer(std::string_view sql, Values values = {}, std::int64_t otherwise = 0);
  /// Several statements, none of which has a `?` or an answer.
  Result<void> script(const std::string& sql);

  /// The file's, without its folders.
  const std::string& name() const;

  /// From the next transaction on; not within one.
  Result<void> wait_for(Durability durability);

  /// How many rows the last INSERT, UPDATE or DELETE has changed.
  std::int64_t changes() const;

  /// All that `work` does happens, or nothing: an error takes it back. Within a transaction, one of its own
  /// in it.
  Result<void> transaction(const std::function<Result<void>()>& work);
  /// What `work` reads, it reads as it was at one moment.
  Result<void> snapshot(const std::function<Result<void>()>& work);
  /// False within transaction() once the disk or the system has taken all of it back.
  bool in_transaction() const;

 private:
  struct Parts;
  explicit Database(std::unique_ptr<Parts> parts);

  const std::unique_ptr<Parts> parts_;
};

/// A table's shape as the steps that have led to it, the first making it. A file remembers how many were
/// taken; those that are missing are taken in one transaction. Error: it has more steps than are known here:
/// a newer version of this program has made it.
Result<void> migrate(Database& database, std::initializer_list<std::string_view> steps);

}  // namespace towermill
