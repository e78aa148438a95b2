#include "handler/args/upload_folder.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <utility>

#include "runner/base/crypto.h"
#include "runner/base/text.h"
#include "runner/launch/work_dir.h"

namespace towermill {

Result<std::shared_ptr<UploadFolder>> UploadFolder::make(const std::string& parent, UploadRoom* room) {
  std::string name = to_hex(random_bytes(16));
  const std::string made = parent + "/" + name;
  if (::mkdir(made.c_str(), 0700) != 0) return os_error("cannot make a folder for uploads");
  UniqueFd folder(::open(made.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!folder) return os_error("cannot open a folder for uploads");
  return std::shared_ptr<UploadFolder>(new UploadFolder(std::move(folder), parent, std::move(name), room));
}

UploadFolder::~UploadFolder() {
  ::fchmod(folder_.get(), 0700);
  remove_contents(folder_.get());
  ::rmdir(path().c_str());
  if (room_ != nullptr) room_->give_back(bytes_);
}

bool UploadFolder::grow(std::size_t bytes) {
  if (room_ == nullptr) return true;
  if (!room_->take(bytes)) return false;
  bytes_ += bytes;
  return true;
}

Result<Upload> UploadFolder::add() {
  const std::string number = std::to_string(++count_);
  UniqueFd file(
      ::openat(folder_.get(), number.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!file) return os_error("cannot make a file for an upload");
  return Upload{std::move(file), path() + "/" + number, name_ + "/" + number};
}

}  // namespace towermill
