#pragma once
// Sending an answer and writing its line in the log: the same for every endpoint.

#include <string>

#include "handler/config/settings.h"
#include "handler/http/exchange.h"
#include "handler/observe/log.h"
#include "runner/base/clock.h"

namespace towermill {

/// What an answer says besides what it is.
struct AnswerNotes {
  Texts origins;             // whose pages may read it; see cors.h
  std::string job_id = {};   // X-Towermill-Job; empty: none
  std::string version = {};  // X-Towermill-Version; empty: none
};

/// Answers and logs "request": method, path, status, the caller's address, the job's id, bytes, milliseconds
/// since `arrived`; never a query string.
void answer_and_log(Exchange& exchange, Response response, const AnswerNotes& notes, TimePoint arrived,
                    const Log& log);

/// For an answer in pieces: sends its head, with what answer_and_log() adds to one. False: it could not be.
bool begin_answer(Exchange& exchange, Response head, const AnswerNotes& notes);

/// What the log says of an answer.
struct Answered {
  int status;
  std::size_t bytes;
  bool sent;
};
void log_answer(const Exchange& exchange, const Answered& answered, const AnswerNotes& notes,
                TimePoint arrived, const Log& log);

}  // namespace towermill
