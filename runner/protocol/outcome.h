#pragma once
// How a run ended, as the caller needs to know it. The reply room turns it into a response.

#include <optional>
#include <string>
#include <variant>

namespace towermill {

/// The script gave a result: the text of one JSON value, as the script wrote it (not yet checked).
struct Returned {
  std::string json;
};

/// The script threw, exited with a code, was killed, or printed no valid result.
struct Failed {
  std::string name;  // the exception's class, or "ExecutionErr"
  std::string message;
  std::string stack;  // empty where there is none
  std::optional<int> exit_code;
};

/// A run that failed without an exception of its own, in Windmill's words for it.
inline Failed execution_error(const std::string& why) {
  return {"ExecutionErr", "execution error:\n" + why, "", std::nullopt};
}

/// It ran longer than it may.
struct TimedOut {
  int seconds = 0;
};

/// Ended early from outside: the client hung up, the server stops.
struct Cancelled {
  std::string reason;
};

/// The args cannot be given to this language (a NUL for Bash): nothing was started.
struct BadArgs {
  std::string message;
};

/// No process could be started, or the interpreter is missing. `details` is for the operator's log alone.
struct NotStarted {
  std::string message;  // for the caller: no path of the server
  std::string details;
};

using Outcome = std::variant<Returned, Failed, TimedOut, Cancelled, BadArgs, NotStarted>;

}  // namespace towermill
