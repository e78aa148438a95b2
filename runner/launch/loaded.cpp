#include "runner/launch/loaded.h"

#include "runner/base/json.h"
#include "runner/base/text.h"

namespace towermill {

Result<Loaded> parse_loaded(std::string_view text) {
  const auto message = parse_json(text);
  if (!message) return message.error();
  const JsonMember* const files = message->find("files");
  const JsonMember* const left_out = message->find("left_out");
  const JsonMember* const threads = message->find("threads");
  if (files == nullptr || left_out == nullptr || threads == nullptr)
    return Error{"no message of a fork server"};
  Loaded loaded;
  loaded.threads = to_integer(threads->raw).value_or(0);
  if (const auto list = parse_json(files->raw))
    for (const JsonMember& file : list->members) loaded.files.push_back(json_unquote(file.raw));
  if (const auto modules = parse_json(left_out->raw))
    for (const JsonMember& module : modules->members) loaded.left_out[module.key] = json_unquote(module.raw);
  return loaded;
}

}  // namespace towermill
