#include "handler/config/places.h"

#include <sys/auxv.h>
#include <unistd.h>

#include <climits>

namespace towermill {

namespace {

constexpr const char* file_name = "towermill.yaml";

std::string beside(const std::string& program) {
  const auto slash = program.rfind('/');
  return (slash == std::string::npos ? "" : program.substr(0, slash + 1)) + file_name;
}

}  // namespace

// As it was called is the system's word (AT_EXECFN): argv may say anything, and in a web server's folder it
// does.
Texts standard_files() {
  const char* const called = reinterpret_cast<const char*>(::getauxval(AT_EXECFN));
  char program[PATH_MAX];
  const auto length = ::readlink("/proc/self/exe", program, sizeof program);
  const std::string itself(program, length > 0 ? static_cast<std::size_t>(length) : 0);
  return standard_files(called != nullptr ? called : itself, itself);
}

Texts standard_files(const std::string& called, const std::string& program) {
  return {beside(called), beside(program), std::string("/etc/towermill/") + file_name};
}

SettingsSources sources_of_this_process() {
  SettingsSources sources;
  sources.standard_files = standard_files();
  for (char** variable = environ; *variable != nullptr; ++variable)
    sources.environment.emplace_back(*variable);
  return sources;
}

}  // namespace towermill
