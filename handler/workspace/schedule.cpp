#include "handler/workspace/schedule.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "handler/config/nearest.h"
#include "handler/config/yaml_json.h"
#include "handler/config/yaml_values.h"
#include "handler/workspace/files.h"
#include "handler/workspace/walk.h"
#include "handler/workspace/workspace.h"
#include "runner/base/rfc3339.h"
#include "runner/base/text.h"

namespace towermill {

namespace {

/// As it is written.
struct Written {
  std::string schedule, timezone, script_path, tag, summary, description, dynamic_skip, args = "{}";
  CronVersion version = CronVersion::v1;  // Windmill's own, where nothing is said
  bool enabled = true, is_flow = false, no_overlap = false;
  std::optional<std::int64_t> paused_until_s = {};
};

YamlProblem read_args(const YamlMember& member, Written& into) {
  if (member.value->kind != YamlKind::map) return must_be(member, "a map");
  auto json = yaml_to_json(*member.value);
  if (!json) return member.key + ": " + json.error().message;
  into.args = std::move(*json);
  return std::nullopt;
}

YamlProblem read_version(const YamlMember& member, Written& into) {
  const std::string& word = member.value->text;
  if (word != "v1" && word != "v2") return must_be(member, "v1 or v2");
  into.version = word == "v1" ? CronVersion::v1 : CronVersion::v2;
  return std::nullopt;
}

YamlProblem read_pause(const YamlMember& member, Written& into) {
  into.paused_until_s = from_rfc3339(member.value->text);
  if (!into.paused_until_s) return must_be(member, "a moment as RFC 3339 has it, 2026-01-31T12:00:00Z");
  return std::nullopt;
}

template <std::string Written::*text>
YamlProblem read(const YamlMember& member, Written& into) {
  return read_text(member, into.*text);
}

template <bool Written::*flag>
YamlProblem read(const YamlMember& member, Written& into) {
  return read_switch(member, into.*flag);
}

struct Key {
  std::string_view name;
  YamlProblem (*read)(const YamlMember&, Written&);
};

constexpr Key keys[] = {
    {"schedule", read<&Written::schedule>},
    {"timezone", read<&Written::timezone>},
    {"script_path", read<&Written::script_path>},
    {"args", read_args},
    {"enabled", read<&Written::enabled>},
    {"is_flow", read<&Written::is_flow>},
    {"no_flow_overlap", read<&Written::no_overlap>},
    {"paused_until", read_pause},
    {"cron_version", read_version},
    {"dynamic_skip", read<&Written::dynamic_skip>},
    {"tag", read<&Written::tag>},
    {"summary", read<&Written::summary>},
    {"description", read<&Written::description>},
};

// Windmill's own records, which nobody misses here.
constexpr std::string_view records[] = {"path",      "workspace_id", "labels", "email",          "edited_by",
                                        "edited_at", "extra_perms",  "error",  "permissioned_as"};
constexpr std::string_view without_effect[] = {"retry",
                                               "on_failure",
                                               "on_failure_times",
                                               "on_failure_exact",
                                               "on_failure_extra_args",
                                               "on_recovery",
                                               "on_recovery_times",
                                               "on_recovery_extra_args",
                                               "on_success",
                                               "on_success_extra_args",
                                               "ws_error_handler_muted"};

const Key* find_key(std::string_view name) {
  const auto* found =
      std::find_if(std::begin(keys), std::end(keys), [&](const Key& key) { return key.name == name; });
  return found == std::end(keys) ? nullptr : found;
}

template <class Names>
bool has(const Names& names, std::string_view name) {
  return std::find(std::begin(names), std::end(names), name) != std::end(names);
}

std::string at(std::string_view file, int line, const std::string& what) {
  return std::string(file) + ":" + std::to_string(line) + ": " + what;
}

Result<Written> read_all(const YamlNode& root, std::string_view file) {
  if (root.kind != YamlKind::map) return Error{at(file, root.line, "must be a map")};
  Written written;
  std::vector<std::string_view> seen;
  for (const YamlMember& member : root.members) {
    const Key* key = find_key(member.key);
    if (key == nullptr || member.value->kind == YamlKind::nothing) continue;
    if (has(seen, key->name)) return Error{at(file, member.line, member.key + " is there twice")};
    seen.push_back(key->name);
    if (const auto problem = key->read(member, written)) return Error{at(file, member.line, *problem)};
  }
  for (const std::string_view name : {"schedule", "timezone", "script_path"})
    if (!has(seen, name)) return Error{at(file, root.line, std::string(name) + " is missing")};
  return written;
}

int line_of(const YamlNode& root, std::string_view key) {
  for (const YamlMember& member : root.members)
    if (member.key == key) return member.line;
  return root.line;
}

std::string slip_in(const std::string& key) {
  if (find_key(key) != nullptr || has(records, key)) return "";
  if (has(without_effect, key)) return key + " is not supported, and has no effect";
  std::vector<std::string_view> known;
  for (const Key& row : keys) known.push_back(row.name);
  const std::string meant = nearest(key, known);
  return printable(key) + " means nothing" + (meant.empty() ? "" : "; did you mean " + meant + "?");
}

ScheduleFile read_file(int root, const std::string& file) {
  ScheduleFile found{file, file.substr(0, file.size() - schedule_ending.size()), "",
                     Error{file + " cannot be read"}};
  auto text = read_beneath(root, file, yaml_limit_bytes);
  if (!text) return found;
  found.text = std::move(text->bytes);
  found.schedule = parse_schedule(found.text, file);
  return found;
}

}  // namespace

std::optional<std::int64_t> Schedule::next(std::int64_t unix_s) const {
  // What is paused until its moment comes runs at that moment.
  return pattern.next(std::max(unix_s, paused_until_s.value_or(unix_s + 1) - 1), zone);
}

Result<Schedule> parse_schedule(std::string_view yaml, std::string_view file) {
  const auto document = parse_yaml(yaml, file);
  if (!document) return document.error();
  const YamlNode& root = document->root();
  auto written = read_all(root, file);
  if (!written) return written.error();
  const auto fault = [&](std::string_view key, const std::string& what) {
    return Error{at(file, line_of(root, key), what)};
  };
  if (written->is_flow) return fault("is_flow", "is_flow: flows are not supported");
  if (!written->dynamic_skip.empty()) return fault("dynamic_skip", "dynamic_skip is not supported");
  auto pattern = CronPattern::parse(written->schedule, written->version);
  if (!pattern) return fault("schedule", "schedule: " + pattern.error().message);
  const auto zone = TimeZone::find(written->timezone);
  if (!zone) return fault("timezone", "timezone: " + zone.error().message);
  return Schedule{.pattern = *pattern,
                  .zone = *zone,
                  .script_path = std::move(written->script_path),
                  .args = std::move(written->args),
                  .tag = std::move(written->tag),
                  .enabled = written->enabled,
                  .overlaps = !written->no_overlap,
                  .paused_until_s = written->paused_until_s};
}

std::vector<std::string> slips_in_schedule(std::string_view yaml, std::string_view file) {
  std::vector<std::string> slips;
  const auto document = parse_yaml(yaml, file);
  if (!document) return slips;
  for (const YamlMember& member : document->root().members)
    if (const std::string slip = slip_in(member.key); !slip.empty())
      slips.push_back(at(file, member.line, slip));
  return slips;
}

std::vector<ScheduleFile> find_schedules(const std::string& root_path) {
  std::vector<ScheduleFile> found;
  const auto root = open_root(root_path);
  if (!root) return found;
  const auto visit = [&](const std::string& folder, const std::vector<std::string>& names) {
    for (const std::string& name : names) {
      const std::string file = path_in(folder, name);
      if (file.ends_with(schedule_ending) &&
          is_runnable_path(file.substr(0, file.size() - schedule_ending.size())))
        found.push_back(read_file(root->get(), file));
    }
    return true;
  };
  walk(root->get(), {.starts = {"f", "u"},
                     .enters = [](const std::string& path) { return is_runnable_path(path + "/x/x"); },
                     .visit = visit});
  std::sort(found.begin(), found.end(),
            [](const ScheduleFile& a, const ScheduleFile& b) { return a.file < b.file; });
  return found;
}

}  // namespace towermill
