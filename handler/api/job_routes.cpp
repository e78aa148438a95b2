#include "handler/api/job_routes.h"

#include <algorithm>
#include <span>

#include "runner/base/text.h"

namespace towermill {

namespace {

constexpr std::string_view reads = "GET, HEAD, OPTIONS", deeds = "OPTIONS, POST";

/// What follows the words in a path.
enum class Tail { none, segment, path };

struct Row {
  JobDeed deed;
  Door door;
  std::string_view methods;
  std::string_view words;  // below jobs/ or jobs_u/
  Tail tail;
};

constexpr Row rows[] = {
    {JobDeed::get, Door::all, reads, "get", Tail::segment},
    {JobDeed::get_completed, Door::all, reads, "completed/get", Tail::segment},
    {JobDeed::get_result, Door::all, reads, "completed/get_result", Tail::segment},
    {JobDeed::get_result_maybe, Door::all, reads, "completed/get_result_maybe", Tail::segment},
    {JobDeed::get_timing, Door::all, reads, "completed/get_timing", Tail::segment},
    {JobDeed::get_logs, Door::all, reads, "get_logs", Tail::segment},
    {JobDeed::get_logs_tail, Door::all, reads, "get_completed_logs_tail", Tail::segment},
    {JobDeed::get_args, Door::all, reads, "get_args", Tail::segment},
    {JobDeed::get_root_job_id, Door::all, reads, "get_root_job_id", Tail::segment},
    {JobDeed::get_update, Door::all, reads, "getupdate", Tail::segment},
    {JobDeed::cancel, Door::all, deeds, "queue/cancel", Tail::segment},
    {JobDeed::force_cancel, Door::all, deeds, "queue/force_cancel", Tail::segment},
    {JobDeed::cancel_persistent, Door::all, deeds, "queue/cancel_persistent", Tail::path},
    {JobDeed::list, Door::known, reads, "list", Tail::none},
    {JobDeed::list_queue, Door::known, reads, "queue/list", Tail::none},
    {JobDeed::list_completed, Door::known, reads, "completed/list", Tail::none},
    {JobDeed::count_queue, Door::known, reads, "queue/count", Tail::none},
    {JobDeed::count_completed, Door::known, reads, "completed/count", Tail::none},
    {JobDeed::count_jobs, Door::known, reads, "completed/count_jobs", Tail::none},
    {JobDeed::queue_position, Door::known, reads, "queue/position", Tail::segment},
    {JobDeed::scheduled_for, Door::known, reads, "queue/scheduled_for", Tail::segment},
    {JobDeed::cancel_selection, Door::known, deeds, "queue/cancel_selection", Tail::none},
    {JobDeed::wipe, Door::known, deeds, "completed/delete", Tail::segment},
};

std::optional<std::string> tail_in(const Row& row, std::span<const std::string> segments) {
  const std::vector<std::string> words = split(row.words, '/');
  if (segments.size() < words.size() || !std::equal(words.begin(), words.end(), segments.begin()))
    return std::nullopt;
  const auto rest = segments.subspan(words.size());
  const bool fits = row.tail == Tail::none      ? rest.empty()
                    : row.tail == Tail::segment ? rest.size() == 1
                                                : !rest.empty();
  if (!fits) return std::nullopt;
  std::string tail;
  for (const std::string& segment : rest) tail += (tail.empty() ? "" : "/") + segment;
  return tail;
}

}  // namespace

std::optional<JobRoute> find_job_route(const std::vector<std::string>& segments) {
  if (segments.size() < 5 || segments[0] != "api" || segments[1] != "w") return std::nullopt;
  const bool to_all = segments[3] == "jobs_u";
  if (!to_all && segments[3] != "jobs") return std::nullopt;
  for (const Row& row : rows) {
    if ((row.door == Door::all) != to_all) continue;
    if (auto tail = tail_in(row, std::span(segments).subspan(4)))
      return JobRoute{segments[2], row.deed, row.door, row.methods, std::move(*tail)};
  }
  return std::nullopt;
}

}  // namespace towermill
