#pragma once
// The operator's log: one line an event, JSON or text, on stderr. The only user of spdlog. Thread-safe.
// Never give it a query string, a token or args.

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <variant>

#include "handler/config/choices.h"

namespace towermill {

struct LogField {
  std::string_view name;
  std::variant<std::string_view, std::int64_t, double> value;
};

class Log {
 public:
  /// `fd` is not owned. Where nobody reads it, lines are lost and nothing waits for long.
  Log(LogFormat format, LogLevel at_least, int fd = 2);

  /// One line: time, level, event, fields; to the journal with the level as its priority too, and as text
  /// without the time, which the journal notes itself. Control characters in values are shown as \xNN, so no
  /// value can forge a line.
  void write(LogLevel level, std::string_view event, std::initializer_list<LogField> fields) const;

  void info(std::string_view event, std::initializer_list<LogField> fields) const {
    write(LogLevel::info, event, fields);
  }
  void warning(std::string_view event, std::initializer_list<LogField> fields) const {
    write(LogLevel::warning, event, fields);
  }
  void error(std::string_view event, std::initializer_list<LogField> fields) const {
    write(LogLevel::error, event, fields);
  }

  /// A script's own log, each of its lines with the job's id; a line of more than 8 KiB becomes several.
  void script_log(std::string_view job_id, std::string_view path, std::string_view text) const;

 private:
  LogFormat format_;
  LogLevel at_least_;
  struct Sink;
  std::shared_ptr<Sink> sink_;
};

}  // namespace towermill
