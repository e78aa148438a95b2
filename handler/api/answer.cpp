#include "handler/api/answer.h"

#include <string>
#include <vector>

#include "handler/api/cors.h"
#include "runner/base/text.h"

namespace towermill {

namespace {

std::string path_of(const Request& request) {
  std::string path;
  for (const std::string& segment : request.segments) path += "/" + segment;
  return path;
}

/// These headers are the server's to give: one that the script has set gives way.
void set_header(Response& response, std::string_view name, const std::string& value) {
  if (value.empty()) return;
  std::erase_if(response.headers,
                [&](const Header& header) { return equals_ignoring_case(header.name, name); });
  response.headers.push_back({std::string(name), value});
}

/// Also what has a path that cannot be read. What is elsewhere, as /metrics, is no page's to read.
bool is_of_the_api(const Request& request) {
  return request.segments.empty() || request.segments[0] == "api";
}

void add_notes(Response& response, const Request& request, const AnswerNotes& notes) {
  set_header(response, "X-Towermill-Job", notes.job_id);
  set_header(response, "X-Towermill-Version", notes.version);
  if (is_of_the_api(request)) let_pages_read(response, request, notes.origins);
}

}  // namespace

void log_answer(const Exchange& exchange, const Answered& answered, const AnswerNotes& notes,
                TimePoint arrived, const Log& log) {
  const Request& request = exchange.request();
  log.info("request", {{"method", request.method},
                       {"path", path_of(request)},
                       {"status", std::int64_t{answered.status}},
                       {"from", request.remote_address},
                       {"job", notes.job_id},
                       {"bytes_in", static_cast<std::int64_t>(exchange.body_bytes())},
                       {"bytes_out", static_cast<std::int64_t>(answered.bytes)},
                       {"ms", ms_since(arrived)},
                       {"sent", answered.sent ? "yes" : "no"}});
}

bool begin_answer(Exchange& exchange, Response head, const AnswerNotes& notes) {
  add_notes(head, exchange.request(), notes);
  return exchange.begin(head);
}

void answer_and_log(Exchange& exchange, Response response, const AnswerNotes& notes, TimePoint arrived,
                    const Log& log) {
  add_notes(response, exchange.request(), notes);
  const bool sent = exchange.answer(response);
  log_answer(exchange, {response.status, response.body.size(), sent}, notes, arrived, log);
}

}  // namespace towermill
