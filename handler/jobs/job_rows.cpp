#include "handler/jobs/job_rows.h"

namespace towermill {

const std::initializer_list<std::string_view> job_schema = {R"(
CREATE TABLE job (
  id TEXT PRIMARY KEY,
  workspace TEXT NOT NULL,
  status INTEGER NOT NULL,
  kind TEXT NOT NULL,
  script_path TEXT NOT NULL,
  script_hash TEXT NOT NULL,
  language TEXT NOT NULL,
  tag TEXT NOT NULL,
  priority BIGINT NOT NULL,
  parent_job TEXT NOT NULL,
  root_job TEXT NOT NULL,
  created_by TEXT NOT NULL,
  owner TEXT NOT NULL,
  email TEXT NOT NULL,
  visible_to_owner INTEGER NOT NULL,
  trigger_kind TEXT NOT NULL,
  trigger_path TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  scheduled_for BIGINT NOT NULL,
  started_at BIGINT,
  completed_at BIGINT,
  duration_ms BIGINT NOT NULL,
  timeout_s BIGINT NOT NULL,
  preprocessed INTEGER NOT NULL,
  canceled_by TEXT NOT NULL,
  canceled_reason TEXT NOT NULL,
  worker TEXT NOT NULL,
  attempts BIGINT NOT NULL,
  retries BIGINT NOT NULL,
  memory_peak_kib BIGINT NOT NULL,
  lease_until BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX job_queued ON job (priority DESC, scheduled_for) WHERE status = 0;
CREATE INDEX job_running ON job (lease_until) WHERE status = 1;
CREATE INDEX job_by_time ON job (workspace, created_at);
CREATE INDEX job_by_script ON job (workspace, script_path, created_at);
CREATE INDEX job_by_parent ON job (parent_job) WHERE parent_job <> '';
CREATE INDEX job_over ON job (completed_at) WHERE completed_at IS NOT NULL;
CREATE TABLE job_text (job_id TEXT PRIMARY KEY, args TEXT, result TEXT, log TEXT);
CREATE TABLE job_key (
  workspace TEXT NOT NULL, key TEXT NOT NULL, job_id TEXT NOT NULL, body TEXT NOT NULL, used_at BIGINT NOT NULL,
  PRIMARY KEY (workspace, key)
);
)",
                                                            R"(
CREATE TABLE delivery (
  route TEXT NOT NULL,
  scheme TEXT NOT NULL,
  name TEXT NOT NULL,
  job_id TEXT NOT NULL,
  holder TEXT NOT NULL,
  claimed_at BIGINT NOT NULL,
  done_at BIGINT,
  status INTEGER NOT NULL DEFAULT 0,
  headers TEXT NOT NULL DEFAULT '',
  body TEXT NOT NULL DEFAULT '',
  is_whole INTEGER NOT NULL DEFAULT 1,
  PRIMARY KEY (route, scheme, name)
);
CREATE INDEX delivery_done ON delivery (done_at) WHERE done_at IS NOT NULL;
)",
                                                            R"(
ALTER TABLE job ADD COLUMN labels TEXT NOT NULL DEFAULT '';
ALTER TABLE job ADD COLUMN wiped INTEGER NOT NULL DEFAULT 0;
ALTER TABLE job_text ADD COLUMN stream TEXT;
CREATE INDEX job_unfinished ON job (workspace, created_at) WHERE status < 2;
CREATE INDEX job_unsuccessful ON job (workspace, created_at) WHERE status > 2;
CREATE INDEX job_by_creator ON job (workspace, created_by, created_at);
CREATE INDEX job_by_completion ON job (workspace, completed_at) WHERE completed_at IS NOT NULL;
CREATE INDEX job_by_trigger ON job (workspace, trigger_path, created_at) WHERE trigger_path <> '';
CREATE INDEX job_labelled ON job (workspace, created_at) WHERE labels <> '';
)",
                                                            R"(
ALTER TABLE delivery ADD COLUMN fingerprint TEXT NOT NULL DEFAULT '';
)",
                                                            "DROP TABLE job_key;"};

const std::string job_columns =
    "id, workspace, status, kind, script_path, script_hash, language, tag, priority, "
    "parent_job, root_job, created_by, owner, email, visible_to_owner, trigger_kind, "
    "trigger_path, created_at, scheduled_for, started_at, completed_at, duration_ms, "
    "timeout_s, preprocessed, canceled_by, canceled_reason, worker, attempts, retries, "
    "memory_peak_kib, labels, wiped";

namespace {

std::optional<Milliseconds> moment(const Row& row, int column) {
  if (row.is_null(column)) return std::nullopt;
  return row.integer(column);
}

Value moment(const std::optional<Milliseconds>& time) { return time ? Value(*time) : Value(nullptr); }

Value flag(bool set) { return std::int64_t{set}; }

}  // namespace

JobRecord record_in(const Row& row) {
  int next = 0;
  const auto text = [&] { return row.string(next++); };
  const auto number = [&] { return row.integer(next++); };
  JobRecord job;
  job.id = text();
  job.workspace = text();
  job.status = static_cast<JobStatus>(number());
  job.kind = text();
  job.script_path = text();
  job.script_hash = text();
  job.language = text();
  job.tag = text();
  job.priority = number();
  job.parent_job = text();
  job.root_job = text();
  job.created_by = text();
  job.owner = text();
  job.email = text();
  job.visible_to_owner = number() != 0;
  job.trigger_kind = text();
  job.trigger_path = text();
  job.created_at = number();
  job.scheduled_for = number();
  job.started_at = moment(row, next++);
  job.completed_at = moment(row, next++);
  job.duration_ms = number();
  job.timeout_s = number();
  job.preprocessed = number() != 0;
  job.canceled_by = text();
  job.canceled_reason = text();
  job.worker = text();
  job.attempts = number();
  job.retries = number();
  job.memory_peak_kib = number();
  job.labels = text();
  job.wiped = number() != 0;
  return job;
}

Result<void> insert_job(Database& database, const JobRecord& job) {
  static const std::string sql = "INSERT INTO job (" + job_columns +
                                 ") VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)";
  return database.run(sql, {job.id,
                            job.workspace,
                            static_cast<std::int64_t>(job.status),
                            job.kind,
                            job.script_path,
                            job.script_hash,
                            job.language,
                            job.tag,
                            job.priority,
                            job.parent_job,
                            job.root_job,
                            job.created_by,
                            job.owner,
                            job.email,
                            flag(job.visible_to_owner),
                            job.trigger_kind,
                            job.trigger_path,
                            job.created_at,
                            job.scheduled_for,
                            moment(job.started_at),
                            moment(job.completed_at),
                            job.duration_ms,
                            job.timeout_s,
                            flag(job.preprocessed),
                            job.canceled_by,
                            job.canceled_reason,
                            job.worker,
                            job.attempts,
                            job.retries,
                            job.memory_peak_kib,
                            job.labels,
                            flag(job.wiped)});
}

Result<void> put_texts(Database& database, const std::string& job_id, const JobTexts& texts) {
  const auto text = [](const std::optional<std::string_view>& given) {
    return given ? Value(*given) : Value(nullptr);
  };
  return database.run(
      "INSERT INTO job_text (job_id, args, result, log, stream) VALUES (?, ?, ?, ?, ?) "
      "ON CONFLICT (job_id) DO UPDATE SET args = coalesce(excluded.args, args), "
      "result = coalesce(excluded.result, result), "
      "log = coalesce(substr(log, -65536) || excluded.log, excluded.log, log), "
      "stream = coalesce(excluded.stream, stream)",
      {job_id, text(texts.args), text(texts.result), text(texts.log), text(texts.stream)});
}

}  // namespace towermill
