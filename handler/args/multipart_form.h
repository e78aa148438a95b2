#pragma once
// A multipart/form-data body as it is received: fields in memory, files on the disk.

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "handler/args/upload_folder.h"
#include "handler/http/form.h"
#include "handler/http/multipart.h"

namespace towermill {

struct UploadedFile {
  std::string name;  // the field's
  std::string key, path;
  std::string file_name, content_type;
  std::size_t bytes = 0;
};

struct MultipartForm {
  std::vector<FormField> fields;
  std::vector<UploadedFile> files;
  std::vector<std::string> unchosen;     // fields of a form whose user chose no file
  std::shared_ptr<UploadFolder> folder;  // of the files; nullptr: there are none
};

struct MultipartOptions {
  MultipartLimits limits = {};
  std::size_t name_bytes = 1024;         // name_limit_bytes
  std::size_t memory_bytes = 16U << 20;  // body_limit_bytes: all but the files' contents
  std::size_t upload_bytes = 1U << 30;   // upload_limit_bytes: the files' contents
  std::string uploads_parent = {};       // where folders for files are made; absolute
  UploadRoom* uploads_room = nullptr;    // uploads_limit_bytes: what files of all requests have together
};

class MultipartReader : private PartReceiver {
 public:
  MultipartReader(std::string_view boundary, const MultipartOptions& options);

  /// Error: the body is malformed; with EFBIG, it is over the limit named; with EBUSY, there is no room for
  /// it beside others under that limit; with another os_error, the files could not be stored, for the
  /// operator to read.
  Result<void> take(std::string_view bytes);
  /// After all of the body.
  Result<MultipartForm> finish();

 private:
  Result<void> begin(PartHead head) override;
  Result<void> content(std::string_view bytes) override;
  Result<void> end() override;

  Result<void> begin_file(PartHead head);
  Result<void> write(std::string_view bytes);

  const MultipartOptions options_;
  MultipartForm form_;
  MultipartParser parser_;
  std::size_t bytes_ = 0, upload_bytes_ = 0;
  UniqueFd file_;  // of the part being read; empty: it is a field
};

}  // namespace towermill
