#pragma once
// A job's moments in words.

#include <optional>
#include <string>
#include <string_view>

#include "handler/jobs/job_record.h"

namespace towermill {

/// RFC 3339, in UTC, with microseconds: "2026-01-31T12:00:00.250000Z".
std::string moment_text(Milliseconds moment);

/// Of any RFC 3339 time; nullopt: it is none.
std::optional<Milliseconds> moment_in(std::string_view text);

}  // namespace towermill
