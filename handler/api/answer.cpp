#include "handler/api/answer.h"

#include <string>

namespace towermill {

namespace {

std::string path_of(const Request& request) {
  std::string path;
  for (const std::string& segment : request.segments) path += "/" + segment;
  return path;
}

}  // namespace

void answer_and_log(Exchange& exchange, Response response, std::string_view job_id, TimePoint arrived,
                    const Log& log) {
  if (!job_id.empty()) response.headers.push_back({"X-Towermill-Job", std::string(job_id)});
  const bool sent = exchange.answer(response);
  const Request& request = exchange.request();
  log.info("request", {{"method", request.method},
                       {"path", path_of(request)},
                       {"status", std::int64_t{response.status}},
                       {"job", job_id},
                       {"bytes_in", static_cast<std::int64_t>(request.body.size())},
                       {"bytes_out", static_cast<std::int64_t>(response.body.size())},
                       {"ms", ms_since(arrived)},
                       {"sent", sent ? "yes" : "no"}});
}

}  // namespace towermill
