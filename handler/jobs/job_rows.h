#pragma once
// Jobs as rows of tables: the schema, and a record from and to its row.

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "handler/jobs/job_record.h"
#include "handler/store/database.h"

namespace towermill {

/// For Store::open: of jobs, and of deliveries, which are claimed beside them. A status is its place in
/// JobStatus; times are milliseconds; a job's fence is `attempts`.
extern const std::initializer_list<std::string_view> job_schema;

/// "id, workspace, …": what a record is read from, in this order.
extern const std::string job_columns;

JobRecord record_in(const Row& row);

/// Adds the row. Error: EEXIST where there is one of that id.
Result<void> insert_job(Database& database, const JobRecord& job);

/// What is large in a job; those that are nullopt stay as they are.
struct JobTexts {
  std::optional<std::string_view> args = {}, result = {}, log = {}, stream = {};
};
Result<void> put_texts(Database& database, const std::string& job_id, const JobTexts& texts);

}  // namespace towermill
