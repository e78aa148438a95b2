#pragma once
// A folder of its own for one test, gone afterwards.

#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <string_view>

namespace towermill {

class TempFolder {
 public:
  TempFolder() {
    char name[] = "/tmp/towermill-test-XXXXXX";
    if (::mkdtemp(name) == nullptr) throw std::runtime_error("mkdtemp");
    path_ = name;
  }
  ~TempFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;

  const std::string& path() const { return path_; }
  std::string operator/(std::string_view file) const { return path_ + "/" + std::string(file); }

  /// Makes the folders above it too. Returns the whole path.
  std::string write(std::string_view file, std::string_view text, mode_t mode = 0644) const {
    const std::string whole = *this / file;
    std::filesystem::create_directories(std::filesystem::path(whole).parent_path());
    std::ofstream(whole, std::ios::binary) << text;
    ::chmod(whole.c_str(), mode);
    return whole;
  }

 private:
  std::string path_;
};

}  // namespace towermill
