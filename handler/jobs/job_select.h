#pragma once
// A filter as the SQL that asks for it.

#include <string>
#include <vector>

#include "handler/jobs/job_store.h"
#include "handler/store/database.h"

namespace towermill {

/// The values refer to the filter's texts.
struct Select {
  std::string sql;
  std::vector<Value> values;
};

Select select_jobs(const JobFilter& filter, const std::string& columns);
Select count_jobs(const JobFilter& filter);  // without offset and count

}  // namespace towermill
