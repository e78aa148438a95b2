#pragma once
// Which jobs a listing's query asks for. Windmill's names; lists are divided by commas, "!" before the first
// says that all others are meant.

#include "handler/http/query.h"
#include "handler/jobs/job_store.h"

namespace towermill {

/// Of which jobs the listing is, whatever its query says.
enum class Listing { all, queue, completed };

/// A filter in that workspace. Error: the sentence of a 400.
Result<JobFilter> job_filter(const Query& query, const std::string& workspace, Listing listing,
                             Milliseconds now);

}  // namespace towermill
