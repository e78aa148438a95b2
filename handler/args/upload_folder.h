#pragma once
// The files that came with one request, in a private folder that lives as long as the job they are for.

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "handler/args/upload_room.h"
#include "runner/base/fd.h"
#include "runner/base/result.h"

namespace towermill {

/// A file of 0600, named by its number: nothing of the request is in its path.
struct Upload {
  UniqueFd file;
  std::string path;  // absolute
  std::string key;   // the folder's name and the file's
};

class UploadFolder {
 public:
  /// Makes a folder of 0700, under a name that cannot be guessed, in the absolute `parent`. Error: it cannot
  /// be made. `room` is what its files take from; nullptr: nothing counts them.
  static Result<std::shared_ptr<UploadFolder>> make(const std::string& parent, UploadRoom* room = nullptr);

  UploadFolder(const UploadFolder&) = delete;
  UploadFolder& operator=(const UploadFolder&) = delete;
  ~UploadFolder();  // removes it, and whatever a script has made in it; its room is free again

  std::string path() const { return parent_ + "/" + name_; }

  /// The next file, empty.
  Result<Upload> add();

  /// Its files are to have as much more. False: there is no room for that.
  bool grow(std::size_t bytes);

 private:
  UploadFolder(UniqueFd folder, std::string parent, std::string name, UploadRoom* room)
      : folder_(std::move(folder)), parent_(std::move(parent)), name_(std::move(name)), room_(room) {}

  const UniqueFd folder_;
  const std::string parent_, name_;
  UploadRoom* const room_;
  std::size_t bytes_ = 0;  // taken from it
  int count_ = 0;
};

}  // namespace towermill
