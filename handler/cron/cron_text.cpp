// How a pattern is written.
#include <array>
#include <string>
#include <utility>
#include <vector>

#include "handler/cron/cron.h"
#include "runner/base/text.h"

namespace towermill {

namespace {

constexpr std::array<std::string_view, 12> months = {"jan", "feb", "mar", "apr", "may", "jun",
                                                     "jul", "aug", "sep", "oct", "nov", "dec"};
constexpr std::array<std::string_view, 7> weekdays = {"sun", "mon", "tue", "wed", "thu", "fri", "sat"};

constexpr std::pair<std::string_view, std::string_view> nicknames[] = {
    {"@yearly", "0 0 0 1 1 *"},   {"@annually", "0 0 0 1 1 *"}, {"@monthly", "0 0 0 1 * *"},
    {"@weekly", "0 0 0 * * sun"}, {"@daily", "0 0 0 * * *"},    {"@midnight", "0 0 0 * * *"},
    {"@hourly", "0 0 * * * *"}};

/// One of the six: how it is called, its range, and the words for its numbers, the first of them being
/// `first_word`.
struct Field {
  std::string_view name;
  int least, most;
  const std::string_view* words = nullptr;
  std::size_t word_count = 0;
  int first_word = 0;
};

std::vector<std::string> words_in(std::string_view text) {
  std::vector<std::string> found;
  for (const std::string& word : split(text, ' '))
    if (!trim(word).empty()) found.emplace_back(trim(word));
  return found;
}

Error wrong(const Field& field, std::string_view part) {
  std::string sentence = "the field \"" + std::string(field.name) + "\" has \"" +
                         printable(part.substr(0, 40)) + "\", but may have numbers from " +
                         std::to_string(field.least) + " to " + std::to_string(field.most);
  if (field.words != nullptr) sentence += " or names as " + std::string(field.words[0]);
  return Error{sentence + ", *, ranges a-b, steps /n, divided by commas"};
}

std::optional<int> number_in(const Field& field, std::string_view text) {
  for (std::size_t i = 0; i < field.word_count; ++i)
    if (equals_ignoring_case(field.words[i], text)) return field.first_word + static_cast<int>(i);
  const auto number = to_integer(text);
  const bool is_plain = !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
  if (!is_plain || !number || *number < field.least || *number > field.most) return std::nullopt;
  return static_cast<int>(*number);
}

struct Range {
  int first, last, step;
};

/// "*", "5", "1-5", each with "/n" behind.
std::optional<Range> range_in(const Field& field, std::string_view part) {
  const auto slash = part.find('/');
  int step = 1;
  if (slash != std::string_view::npos) {
    const auto number = to_integer(part.substr(slash + 1));
    if (!number || *number < 1 || *number > field.most) return std::nullopt;
    step = static_cast<int>(*number);
  }
  const std::string_view span = part.substr(0, slash);
  if (span == "*" || span == "?") return Range{field.least, field.most, step};
  const auto dash = span.find('-');
  const auto first = number_in(field, span.substr(0, dash));
  if (!first) return std::nullopt;
  if (dash == std::string_view::npos)
    return Range{*first, slash == std::string_view::npos ? *first : field.most, step};
  const auto last = number_in(field, span.substr(dash + 1));
  if (!last || *last < *first) return std::nullopt;
  return Range{*first, *last, step};
}

bool is_any(std::string_view field) { return field == "*" || field == "?"; }

}  // namespace

class CronPattern::Reader {
 public:
  explicit Reader(CronVersion version) { pattern_.version_ = version; }

  Result<CronPattern> read(const std::vector<std::string>& fields) {
    read_plain({"second", 0, 59}, fields[0], pattern_.seconds_);
    read_plain({"minute", 0, 59}, fields[1], pattern_.minutes_);
    read_plain({"hour", 0, 23}, fields[2], pattern_.hours_);
    read_each(fields[3], [this](std::string_view part) { return read_day(part); });
    read_plain({"month", 1, 12, months.data(), months.size(), 1}, fields[4], pattern_.months_);
    read_each(fields[5], [this](std::string_view part) { return read_weekday(part); });
    pattern_.by_intervals_ = fields[2].starts_with('*');
    pattern_.days_.any_of_month = is_any(fields[3]);
    pattern_.days_.any_of_week = is_any(fields[5]);
    if (error_) return *error_;
    if (!pattern_.first_at(0, 100 * 366 * std::int64_t{86'400})) return Error{"no day is ever like that"};
    return pattern_;
  }

 private:
  using Problem = std::optional<Error>;

  template <class Read>
  void read_each(std::string_view list, const Read& read) {
    for (const std::string& part : split(list, ',')) {
      if (const Problem problem = read(part); problem && !error_) error_ = problem;
    }
  }

  template <class Bits>
  static Problem set(const Field& field, std::string_view part, Bits& bits) {
    const auto range = range_in(field, part);
    if (!range) return wrong(field, part);
    for (int at = range->first; at <= range->last; at += range->step) bits.set(static_cast<std::size_t>(at));
    return std::nullopt;
  }

  template <class Bits>
  void read_plain(const Field& field, std::string_view list, Bits& bits) {
    read_each(list, [&](std::string_view part) { return set(field, part, bits); });
  }

  Problem read_day(std::string_view part) {
    static constexpr Field field = {"day of the month", 1, 31};
    if (part == "L" || part == "l") {
      pattern_.days_.last_of_month = true;
      return std::nullopt;
    }
    if (part.ends_with('W') || part.ends_with('w'))
      return set(field, part.substr(0, part.size() - 1), pattern_.days_.nearest_weekday);
    return set(field, part, pattern_.days_.of_month);
  }

  Problem read_weekday(std::string_view part) {
    const bool from_one = pattern_.version_ == CronVersion::v1;
    const Field field = {"day of the week", from_one ? 1 : 0, 7, weekdays.data(), weekdays.size(), from_one};
    const bool last = part.size() > 1 && (part.ends_with('L') || part.ends_with('l'));
    const auto hash = part.find('#');
    std::bitset<8> found;
    const std::string_view days = last ? part.substr(0, part.size() - 1) : part.substr(0, hash);
    if (auto problem = set(field, days, found)) return wrong(field, part);
    std::int64_t nth = 0;
    if (hash != std::string_view::npos) {
      nth = to_integer(part.substr(hash + 1)).value_or(0);
      if (nth < 1 || nth > 5) return wrong(field, part);
    }
    for (std::size_t number = 0; number < found.size(); ++number) {
      if (!found.test(number)) continue;
      const std::size_t weekday = (number + (from_one ? 6 : 0)) % 7;
      if (last) {
        pattern_.days_.last_of_week.set(weekday);
      } else if (nth > 0) {
        pattern_.days_.nth_of_week.set(weekday * 5 + static_cast<std::size_t>(nth) - 1);
      } else {
        pattern_.days_.of_week.set(weekday);
      }
    }
    return std::nullopt;
  }

  CronPattern pattern_;
  Problem error_;
};

Result<CronPattern> CronPattern::parse(std::string_view text, CronVersion version) {
  for (const auto& [nickname, meant] : nicknames)
    if (equals_ignoring_case(trim(text), nickname)) text = meant;
  auto fields = words_in(text);
  if (fields.size() == 5) fields.insert(fields.begin(), "0");
  if (fields.size() != 6)
    return Error{
        "a schedule has six fields, second minute hour day month weekday, or five, without the second"};
  return Reader(version).read(fields);
}

}  // namespace towermill
