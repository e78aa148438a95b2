#pragma once
// What the endpoints work with. Made by the app, outlives every request.

#include <string>

#include "handler/api/in_flight.h"
#include "handler/args/upload_room.h"
#include "handler/auth/access.h"
#include "handler/auth/tokens.h"
#include "handler/auth/wrong_tokens.h"
#include "handler/config/settings.h"
#include "handler/jobs/job.h"
#include "handler/jobs/jobs.h"
#include "handler/jobs/recorder.h"
#include "handler/observe/counts.h"
#include "handler/observe/log.h"
#include "handler/schema/interface.h"
#include "handler/schema/openapi.h"
#include "handler/workspace/http_routes.h"
#include "handler/workspace/versions.h"
#include "handler/workspace/workspace.h"
#include "runner/pool/line.h"
#include "runner/pool/runner.h"
#include "runner/pool/warm_starts.h"

namespace towermill {

struct Services {
  const Settings& settings;
  const Workspaces& workspaces;
  HttpRoutes& routes;
  Versions& versions;
  Interfaces& interfaces;
  ApiDocuments& documents;
  const Log& log;
  Tokens& tokens;
  const AccessControl& access;
  WrongTokens& wrong_tokens;
  InFlight& in_flight;
  Runner& runner;
  Line& line;
  int stop_fd;  // readable when runs are to end: the server has waited long enough
  Counts& counts;
  const RunEnvironment& environment;
  const WarmStarts* warm;  // nullptr: every process is started cold
  std::string jobs_dir;    // this process's own: uploads have their folders there
  UploadRoom& uploads;
  Jobs& jobs;
  Recorder& recorder;
};

}  // namespace towermill
