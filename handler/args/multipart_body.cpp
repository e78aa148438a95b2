#include <cerrno>
#include <map>
#include <utility>

#include "handler/args/body_kinds.h"
#include "handler/reply/errors.h"
#include "runner/base/text.h"

namespace towermill {
namespace {

std::string file_json(const UploadedFile& file) {
  ArgsObject json;
  json.put_own("s3", json_quote(file.key));
  json.put_own("path", json_quote(file.path));
  json.put_own("filename", json_quote(file.file_name));
  json.put_own("content_type", json_quote(file.content_type));
  json.put_own("size", std::to_string(file.bytes));
  return std::move(json).text();
}

/// Each name's files in an array of their own: a field may have several.
void put_files(ArgsObject& args, const MultipartForm& form) {
  std::map<std::string, std::string> arrays;
  for (const std::string& name : form.unchosen) arrays.try_emplace(name, "[");
  for (const UploadedFile& file : form.files) {
    std::string& array = arrays.try_emplace(file.name, "[").first->second;
    if (array.size() > 1) array += ',';
    array += file_json(file);
  }
  for (auto& [name, array] : arrays) args.put_own(name, std::move(array) + ']');
}

/// Of a text that is no UTF-8, where it stands.
std::optional<std::string> bad_text(const MultipartForm& form) {
  for (const FormField& field : form.fields) {
    if (!is_utf8(field.name)) return "the name of a field";
    if (!is_utf8(field.value)) return "the value of the field " + printable(field.name);
  }
  for (const UploadedFile& file : form.files)
    if (!is_utf8(file.name) || !is_utf8(file.file_name)) return "the name of a file";
  return std::nullopt;
}

Result<MultipartForm> parse(const BodyInput& input) {
  const auto boundary = boundary_of(input.request.header("content-type"));
  if (!boundary) return boundary.error();
  MultipartReader reader(*boundary, input.options.multipart);
  if (auto taken = reader.take(input.body.bytes); !taken) return taken.error();
  return reader.finish();
}

}  // namespace

Response multipart_refusal(const Error& error, const ArgsOptions& options) {
  if (error.os_error == EFBIG) return error_response(ServerError::payload_too_large, error.message);
  if (error.os_error == EBUSY)
    return error_response(ServerError::busy, "there is no room for the files, " + error.message);
  if (error.os_error == 0) return error_response(ServerError::invalid_multipart, error.message);
  if (options.log != nullptr) options.log->error("upload not stored", {{"why", error.message}});
  return error_response(ServerError::internal, "the files could not be stored");
}

Gathered args_of_multipart(const BodyInput& input) {
  if (!input.body.form) {
    auto form = parse(input);
    if (!form) return multipart_refusal(form.error(), input.options);
    input.body.form = std::move(*form);
  }
  const MultipartForm& form = *input.body.form;
  if (const auto bad = bad_text(form)) return error_response(ServerError::invalid_utf8, *bad);
  ArgsObject args;
  for (const FormField& field : form.fields) args.put_own(field.name, json_quote(field.value));
  put_files(args, form);
  return wrapped(std::move(args), input.asked.wrap);
}

}  // namespace towermill
