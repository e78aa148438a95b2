#pragma once
// A job: one run of one script, from its birth.

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "handler/args/upload_folder.h"
#include "handler/jobs/job_record.h"
#include "handler/workspace/workspace.h"
#include "runner/languages/language.h"
#include "runner/pool/waiter.h"

namespace towermill {

/// A UUID of version 7 (RFC 9562 section 5.7): ids sort by time.
std::string new_job_id();

/// A UUID of version 8 that sorts among them, the same for the same moment and text.
std::string job_id_of(Milliseconds moment, const std::string& text);
/// Of either; 0 for another text.
Milliseconds moment_of_job_id(std::string_view id);

struct Job {
  std::string id;
  std::string workspace;
  std::shared_ptr<const Script> script;
  std::string args;  // the text of one JSON object
  Limits limits;
  std::shared_ptr<UploadFolder> files = {};        // what args point to
  Preprocess preprocess = Preprocess::no;          // the args are its preprocessor's
  std::string created_by = {};                     // who has called, by name
  std::string schedule_path = {};                  // of the schedule that has started it
  std::optional<Milliseconds> scheduled_for = {};  // nullopt: now
};

/// What a run of the job counts against. The names are the job's.
Claim claim_of(const Job& job);

/// What all runs of this server's scripts have in their environments: made once. Thread-safe.
class RunEnvironment {
 public:
  /// PATH; BASE_URL, BASE_INTERNAL_URL and WM_BASE_URL; "NAME=value" each, from the settings.
  RunEnvironment(std::string path, std::string base_url, std::vector<std::string> extra);

  /// "NAME=value" each, by name; with what a script's yaml says, none of which has the last word.
  std::vector<std::string> with(const std::vector<std::string>& envs) const;

 private:
  std::vector<std::string> make_with(const std::vector<std::string>& envs) const;

  const std::string path_, base_url_;
  const std::vector<std::string> extra_, with_none_;
};

/// The spec of the job's run. The environment is built from an allow-list: nothing of the request, nothing of
/// the server's own. A later name wins: the server's, the script's yaml, then what the contract fixes.
RunSpec make_run_spec(const Job& job, const std::string& workspace_root, const RunEnvironment& environment,
                      const std::string& run_token);

}  // namespace towermill
