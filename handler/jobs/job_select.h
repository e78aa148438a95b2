#pragma once
// A filter as the SQL that asks for it.

#include <deque>
#include <string>
#include <vector>

#include "handler/jobs/job_store.h"
#include "handler/store/database.h"

namespace towermill {

/// The values refer to the filter's texts, and to `texts`.
struct Select {
  std::string sql;
  std::vector<Value> values;
  std::deque<std::string> texts = {};
};

Select select_jobs(const JobFilter& filter, const std::string& columns);
Select count_jobs(const JobFilter& filter);  // without offset and count

}  // namespace towermill
