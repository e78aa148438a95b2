#include "handler/args/multipart_form.h"

#include <algorithm>
#include <cerrno>
#include <utility>

namespace towermill {
namespace {

constexpr std::string_view unknown_type = "application/octet-stream";

// However large the pieces are that the body comes in.
constexpr std::size_t block_bytes = 64 * 1024;

Error over(std::string_view limit, std::size_t value, int os_error = EFBIG) {
  return Error{std::string(limit) + ' ' + std::to_string(value), os_error};
}

}  // namespace

MultipartReader::MultipartReader(std::string_view boundary, const MultipartOptions& options)
    : options_(options), parser_(boundary, options.limits, *this) {}

Result<void> MultipartReader::take(std::string_view bytes) {
  while (!bytes.empty()) {
    const std::string_view block = bytes.substr(0, block_bytes);
    bytes.remove_prefix(block.size());
    bytes_ += block.size();
    if (auto taken = parser_.take(block); !taken) return taken;
    // The parser may hold a file's last bytes back for the next block.
    if (bytes_ - upload_bytes_ > options_.memory_bytes + block_bytes)
      return over("body_limit_bytes", options_.memory_bytes);
  }
  return {};
}

Result<MultipartForm> MultipartReader::finish() {
  if (auto finished = parser_.finish(); !finished) return finished.error();
  if (bytes_ - upload_bytes_ > options_.memory_bytes) return over("body_limit_bytes", options_.memory_bytes);
  return std::move(form_);
}

Result<void> MultipartReader::begin(PartHead head) {
  if (std::max(head.name.size(), head.file_name.value_or("").size()) > options_.name_bytes)
    return over("name_limit_bytes", options_.name_bytes);
  if (head.is_file()) return begin_file(std::move(head));
  form_.fields.push_back({std::move(head.name), {}});
  return {};
}

Result<void> MultipartReader::begin_file(PartHead head) {
  if (!form_.folder) {
    auto folder = UploadFolder::make(options_.uploads_parent, options_.uploads_room);
    if (!folder) return folder.error();
    form_.folder = std::move(*folder);
  }
  auto upload = form_.folder->add();
  if (!upload) return upload.error();
  file_ = std::move(upload->file);
  if (head.content_type.empty()) head.content_type = unknown_type;
  form_.files.push_back({.name = std::move(head.name),
                         .key = std::move(upload->key),
                         .path = std::move(upload->path),
                         .file_name = std::move(head.file_name).value_or(""),
                         .content_type = std::move(head.content_type)});
  return {};
}

Result<void> MultipartReader::content(std::string_view bytes) {
  if (file_) return write(bytes);
  form_.fields.back().value += bytes;
  return {};
}

Result<void> MultipartReader::write(std::string_view bytes) {
  upload_bytes_ += bytes.size();
  if (upload_bytes_ > options_.upload_bytes) return over("upload_limit_bytes", options_.upload_bytes);
  if (!form_.folder->grow(bytes.size())) {
    const std::size_t limit = options_.uploads_room->limit_bytes();
    // What is larger by itself never has room: to come back is of no use.
    return over("uploads_limit_bytes", limit, upload_bytes_ > limit ? EFBIG : EBUSY);
  }
  form_.files.back().bytes += bytes.size();
  return write_all(file_.get(), bytes);
}

Result<void> MultipartReader::end() {
  if (!file_) return {};
  file_.reset();
  // What browsers send for a file field that was left empty.
  if (form_.files.back().bytes == 0 && form_.files.back().file_name.empty()) {
    form_.unchosen.push_back(std::move(form_.files.back().name));
    form_.files.pop_back();
  }
  return {};
}

}  // namespace towermill
