#pragma once
// What stands in the frames on descriptor 3: to a harness one `run`, from it any number of `stream`, then one
// `result` or `failure`.
//
//   {"type":"run","job_id","path","file","source" | "source_base64","entry","args","workspace_root",
//    "time_left_ms","environment"?,"working_directory"?,"parameters"?,"module"?}
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

/// One call of a script. Views and the pointer must live until run_message returns.
struct RunMessage {
  std::string_view job_id = {};
  std::string_view path = {};    // "f/folder/name"
  std::string_view file = {};    // "f/folder/name.py"
  std::string_view source = {};  // any bytes; what is no UTF-8 travels as base64
  std::string_view entry = "main";
  std::string_view args = {};            // the text of one JSON object, checked; passed on as it stands
  std::string_view workspace_root = {};  // absolute
  std::int64_t time_left_ms = 0;
  // Only for a process that was started before its run: what it could not know.
  const std::vector<std::string>* environment = nullptr;   // "NAME=value", all of it
  std::optional<std::string_view> working_directory = {};  // absolute
  // Only for a language whose args go by place, and whose script lies ready in a file that stands for it.
  std::optional<std::string_view> parameters = {};  // the text of a JSON array
  std::optional<std::string_view> module = {};      // the text of a JSON object
};

/// The JSON text of a `run`.
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
