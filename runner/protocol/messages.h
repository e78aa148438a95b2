#pragma once
// What stands in the frames on descriptor 3. To a harness: `wait`, where the run comes later; `place`, where
// the process was up before its run; `script`, unless it has that already; `run`. Their members add up. From
// it any number of `stream`, then one `result` or `failure`; after that, where it was told to stay, the next
// messages come.
//
//   {"type":"wait"}
//   {"type":"place","environment" | "environment_changes","working_directory"}
//   {"type":"script","path","file","source" | "source_base64","entry","workspace_root","module"?,
//    "compiled"?}
//   {"type":"run","job_id","args","time_left_ms","parameters"?,"preprocessor"?,"stay"?}; and, where it is a
//    further run of a process that stays, the members of a `place`
//   {"type":"stream","text"}   {"type":"failure","name","message","stack"}
//   {"type":"result","result":…}   in exactly this form, so that … is passed on as it stands

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "runner/base/result.h"
#include "runner/protocol/outcome.h"

namespace towermill {

/// How much of its environment a process is told.
enum class Told { all, changes };

/// What a process that is up before its run cannot know. Views must live until the message is made, here and
/// below.
struct PlaceMessage {
  const std::vector<std::string>& environment;  // "NAME=value": all of it, or what is not as in its last run
  std::string_view working_directory;           // absolute
  Told told = Told::all;
};

/// A script, the same for all its runs.
struct ScriptMessage {
  std::string_view path = {};    // "f/folder/name"
  std::string_view file = {};    // "f/folder/name.py"
  std::string_view source = {};  // any bytes; what is no UTF-8 travels as base64
  std::string_view entry = "main";
  std::string_view workspace_root = {};  // absolute
  // Only where it lies ready in a file that stands for it: the text of a JSON object.
  std::optional<std::string_view> module = {};
  std::string_view compiled = {};  // the folder that keeps what a runtime made of it; empty: none
};

/// What a process does once it has answered.
enum class AfterAnswer { ends, stays };

/// One call of a script.
struct RunMessage {
  std::string_view job_id = {};
  std::string_view args = {};  // the text of one JSON object, checked; passed on as it stands
  std::int64_t time_left_ms = 0;
  // Only for a language whose args go by place: the text of a JSON array.
  std::optional<std::string_view> parameters = {};
  // Where the script's preprocessor takes the args, and makes those of the entry: its own parameters in that
  // form, an empty array where its args go by name.
  std::optional<std::string_view> preprocessor = {};
  AfterAnswer after = AfterAnswer::ends;
  // Where it is, of a process that has the script already: one message tells it all.
  const PlaceMessage* place = nullptr;
};

inline constexpr std::string_view wait_message = R"({"type":"wait"})";

/// The JSON texts of these.
std::string place_message(const PlaceMessage& place);
std::string script_message(const ScriptMessage& script);
std::string run_message(const RunMessage& run);

/// A part of the answer that is there before the result.
struct Streamed {
  std::string text;
};

using Answer = std::variant<Streamed, Returned, Failed>;

/// What one frame from a harness says. A result is one JSON value, the script's own text, checked and nested
/// at most `json_depth_limit` levels. Error: why the content is no message.
Result<Answer> parse_answer(std::string_view content, std::size_t json_depth_limit);

inline constexpr std::string_view result_prefix = R"({"type":"result","result":)";
inline constexpr std::string_view result_suffix = "}";
inline constexpr std::size_t result_envelope_bytes = result_prefix.size() + result_suffix.size();

}  // namespace towermill
