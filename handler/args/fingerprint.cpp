#include "handler/args/fingerprint.h"

#include <initializer_list>
#include <string_view>

#include "runner/base/crypto.h"

namespace towermill {
namespace {

/// Each text behind its length, so that no two lists look alike.
void append(std::string& list, std::initializer_list<std::string_view> texts) {
  for (const std::string_view text : texts) {
    list += std::to_string(text.size());
    list += ':';
    list += text;
  }
}

}  // namespace

std::string fingerprint_of(const Request& request, const Body& body) {
  std::string told;
  for (const std::string& segment : request.segments) append(told, {segment});
  append(told, {"query", request.query, body.bytes});
  if (body.form) {
    for (const FormField& field : body.form->fields) append(told, {"field", field.name, field.value});
    for (const UploadedFile& file : body.form->files)
      append(told, {"file", file.name, file.file_name, file.content_type, std::to_string(file.bytes)});
    for (const std::string& name : body.form->unchosen) append(told, {"unchosen", name});
  }
  return sha256_hex(told);
}

}  // namespace towermill
