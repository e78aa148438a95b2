#include "handler/api/answer.h"

#include <string>
#include <vector>

#include "runner/base/text.h"

namespace towermill {

namespace {

constexpr std::string_view job_header = "X-Towermill-Job";

std::string path_of(const Request& request) {
  std::string path;
  for (const std::string& segment : request.segments) path += "/" + segment;
  return path;
}

/// The job's id is the server's to tell: one that the script has set gives way.
void name_job(Response& response, std::string_view job_id) {
  std::erase_if(response.headers,
                [](const Header& header) { return equals_ignoring_case(header.name, job_header); });
  response.headers.push_back({std::string(job_header), std::string(job_id)});
}

}  // namespace

void answer_and_log(Exchange& exchange, Response response, std::string_view job_id, TimePoint arrived,
                    const Log& log) {
  if (!job_id.empty()) name_job(response, job_id);
  const bool sent = exchange.answer(response);
  const Request& request = exchange.request();
  log.info("request", {{"method", request.method},
                       {"path", path_of(request)},
                       {"status", std::int64_t{response.status}},
                       {"from", request.remote_address},
                       {"job", job_id},
                       {"bytes_in", static_cast<std::int64_t>(request.body.size())},
                       {"bytes_out", static_cast<std::int64_t>(response.body.size())},
                       {"ms", ms_since(arrived)},
                       {"sent", sent ? "yes" : "no"}});
}

}  // namespace towermill
