#include "handler/observe/log.h"

#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/sink.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <cmath>
#include <condition_variable>
#include <iterator>
#include <mutex>
#include <utility>
#include <vector>

#include "handler/observe/journal.h"
#include "handler/observe/line_writer.h"
#include "runner/base/json.h"
#include "runner/base/text.h"

namespace towermill {
namespace {

constexpr std::size_t script_line_bytes = 8192;
constexpr const char* text_pattern = "%Y-%m-%dT%H:%M:%S.%eZ %l %v";
constexpr const char* journal_text_pattern = "%l %v";
constexpr const char* json_pattern = R"({"time":"%Y-%m-%dT%H:%M:%S.%eZ","level":"%l",%v})";

/// Of syslog(3).
int priority_of(spdlog::level::level_enum level) {
  switch (level) {
    case spdlog::level::debug:
      return 7;
    case spdlog::level::info:
      return 6;
    case spdlog::level::warn:
      return 4;
    default:
      return 3;
  }
}

const char* pattern_of(LogFormat format, int fd) {
  if (format == LogFormat::json) return json_pattern;
  return is_journal(fd) ? journal_text_pattern : text_pattern;
}

/// Writes one line after the other. Who comes while another thread writes leaves its line to that one, and
/// waits only where too many are left already.
class WholeLines : public spdlog::sinks::sink {
 public:
  explicit WholeLines(int fd) : writer_(fd), to_journal_(is_journal(fd)) {}

  void log(const spdlog::details::log_msg& message) override {
    spdlog::memory_buf_t line;
    std::unique_lock lock(mutex_);
    has_room_.wait(lock, [this] { return left_bytes_ < most_left_bytes || !writing_; });
    if (to_journal_) fmt::format_to(std::back_inserter(line), "<{}>", priority_of(message.level));
    formatter_->format(message, line);
    const std::string_view text(line.data(), line.size());
    if (writing_) return leave(text);
    const Writing turn(*this, lock);
    write(text, lock);
    write_what_is_left(lock);
  }
  void flush() override {}
  void set_pattern(const std::string& pattern) override {
    set_formatter(std::make_unique<spdlog::pattern_formatter>(pattern));
  }
  void set_formatter(std::unique_ptr<spdlog::formatter> formatter) override {
    const std::lock_guard lock(mutex_);
    formatter_ = std::move(formatter);
  }

 private:
  static constexpr std::size_t most_left_bytes = 256 * 1024;

  /// However a thread's turn to write ends, another may have the next one.
  class Writing {
   public:
    Writing(WholeLines& lines, std::unique_lock<std::mutex>& lock) : lines_(lines), lock_(lock) {
      lines_.writing_ = true;
    }
    Writing(const Writing&) = delete;
    Writing& operator=(const Writing&) = delete;
    ~Writing() {
      if (!lock_) lock_.lock();
      lines_.writing_ = false;
      lines_.has_room_.notify_all();
    }

   private:
    WholeLines& lines_;
    std::unique_lock<std::mutex>& lock_;
  };

  void leave(std::string_view line) {
    left_.emplace_back(line);
    left_bytes_ += line.size();
  }

  void write_what_is_left(std::unique_lock<std::mutex>& lock) {
    while (!left_.empty()) {
      const std::vector<std::string> lines = std::exchange(left_, {});
      left_bytes_ = 0;
      has_room_.notify_all();
      for (const std::string& line : lines) write(line, lock);
    }
  }

  void write(std::string_view line, std::unique_lock<std::mutex>& lock) {
    lock.unlock();
    writer_.write(line);
    lock.lock();
  }

  std::mutex mutex_;  // of all but the writer, which belongs to who has set writing_
  std::condition_variable has_room_;
  std::unique_ptr<spdlog::formatter> formatter_;
  LineWriter writer_;
  const bool to_journal_;
  bool writing_ = false;
  std::vector<std::string> left_;
  std::size_t left_bytes_ = 0;
};

spdlog::level::level_enum level_of(LogLevel level) {
  switch (level) {
    case LogLevel::debug:
      return spdlog::level::debug;
    case LogLevel::info:
      return spdlog::level::info;
    case LogLevel::warning:
      return spdlog::level::warn;
    case LogLevel::error:
      return spdlog::level::err;
  }
  return spdlog::level::err;
}

using Buffer = spdlog::memory_buf_t;

void append(Buffer& line, std::string_view text) { line.append(text.data(), text.data() + text.size()); }

/// Characters that stand for themselves in a log, quotes and backslashes aside.
bool is_plain(char c) { return c >= ' ' && c <= '~' && c != '"' && c != '\\'; }

void append_json(Buffer& line, std::string_view text) {
  if (!std::all_of(text.begin(), text.end(), is_plain)) return append(line, json_quote(printable(text)));
  line.push_back('"');
  append(line, text);
  line.push_back('"');
}
void append_json(Buffer& line, std::int64_t number) {
  fmt::format_to(std::back_inserter(line), "{}", number);
}
void append_json(Buffer& line, double number) {
  if (!std::isfinite(number)) return append(line, "null");
  fmt::format_to(std::back_inserter(line), "{}", number);
}

/// In quotes, with every quote and backslash of its own escaped.
std::string quoted(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '"' || c == '\\') escaped += '\\';
    escaped += c;
  }
  const std::string shown = printable(escaped);
  const bool is_word = !text.empty() && shown == text && text.find_first_of(" \t=") == text.npos;
  return is_word ? shown : "\"" + shown + "\"";
}

/// As it is where it is one plain word.
void append_text(Buffer& line, std::string_view text) {
  const auto is_of_word = [](char c) { return is_plain(c) && c != ' ' && c != '='; };
  const bool is_word = !text.empty() && std::all_of(text.begin(), text.end(), is_of_word);
  append(line, is_word ? text : std::string_view(quoted(text)));
}
void append_text(Buffer& line, std::int64_t number) {
  fmt::format_to(std::back_inserter(line), "{}", number);
}
void append_text(Buffer& line, double number) { fmt::format_to(std::back_inserter(line), "{}", number); }

void append_line_in_text(Buffer& line, std::string_view event, std::initializer_list<LogField> fields) {
  append_text(line, event);
  for (const auto& [name, value] : fields) {
    line.push_back(' ');
    append(line, name);
    line.push_back('=');
    std::visit([&](auto v) { append_text(line, v); }, value);
  }
}

void append_line_in_json(Buffer& line, std::string_view event, std::initializer_list<LogField> fields) {
  append(line, "\"event\":");
  append_json(line, event);
  for (const auto& [name, value] : fields) {
    line.push_back(',');
    append_json(line, name);
    line.push_back(':');
    std::visit([&](auto v) { append_json(line, v); }, value);
  }
}

/// Where to cut a long line: not inside a character.
std::size_t piece_length(std::string_view line) {
  if (line.size() <= script_line_bytes) return line.size();
  std::size_t length = script_line_bytes;
  while (length > script_line_bytes - 4 && (static_cast<unsigned char>(line[length]) & 0xC0) == 0x80)
    --length;
  return length;
}

}  // namespace

struct Log::Sink {
  explicit Sink(int fd) : logger("towermill", std::make_shared<WholeLines>(fd)) {}
  spdlog::logger logger;
};

Log::Log(LogFormat format, LogLevel at_least, int fd)
    : format_(format), at_least_(at_least), sink_(std::make_shared<Sink>(fd)) {
  sink_->logger.set_formatter(std::make_unique<spdlog::pattern_formatter>(
      pattern_of(format, fd), spdlog::pattern_time_type::utc, "\n"));
  sink_->logger.set_level(level_of(at_least));
}

void Log::write(LogLevel level, std::string_view event, std::initializer_list<LogField> fields) const {
  if (level < at_least_) return;
  Buffer line;
  format_ == LogFormat::json ? append_line_in_json(line, event, fields)
                             : append_line_in_text(line, event, fields);
  sink_->logger.log(level_of(level), std::string_view(line.data(), line.size()));
}

void Log::script_log(std::string_view job_id, std::string_view path, std::string_view text) const {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    do {
      const std::size_t length = piece_length(line);
      info("script", {{"job", job_id}, {"path", path}, {"text", line.substr(0, length)}});
      line.remove_prefix(length);
    } while (!line.empty());
  }
}

}  // namespace towermill
