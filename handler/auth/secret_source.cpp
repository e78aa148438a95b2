#include "handler/auth/secret_source.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cstdlib>
#include <system_error>

#include "handler/config/yaml.h"
#include "handler/workspace/workspace.h"
#include "runner/base/text.h"

namespace towermill {
namespace {

constexpr std::size_t secret_limit_bytes = 64 * 1024;

/// Who may write in a folder may put another file in its place, unless the folder keeps each one's own.
bool is_open_folder(mode_t mode) { return (mode & S_IWOTH) != 0 && (mode & S_ISVTX) == 0; }

std::string without_line_end(std::string text) {
  if (text.ends_with('\n')) text.pop_back();
  if (text.ends_with('\r')) text.pop_back();
  return text;
}

Error cannot_read(const std::string& called, int os_error) {
  return Error{called + " cannot be read: " + std::generic_category().message(os_error)};
}

Result<std::string> value_of_variable(std::string_view yaml, const std::string& called) {
  const auto document = parse_yaml(yaml, called);
  if (!document) return document.error();
  for (const YamlMember& member : document->root().members)
    if (member.key == "value" && member.value->kind == YamlKind::scalar) return member.value->text;
  return Error{called + " has no value that is a text"};
}

}  // namespace

Result<void> private_to_us(mode_t mode, const std::string& called) {
  if ((mode & S_IROTH) == 0) return {};
  return Error{called + " holds a secret and can be read by others: chmod o-rwx it"};
}

Result<SecretSource::Text> SecretSource::read(const std::string& folder, const std::string& name,
                                              const std::string& called) {
  const std::string path = folder + "/" + name;
  const std::int64_t now_ns = file_clock_ns();
  const auto there = glance_at(AT_FDCWD, path);
  seen_.push_back({path, std::nullopt, true});
  if (there) seen_.back() = {path, there->stamp, is_settled_file(there->stamp, now_ns)};
  const auto root = open_root(folder);
  if (!root) return cannot_read(called, root.error().os_error);
  auto text = read_beneath(root->get(), name, std::max(secret_limit_bytes, yaml_limit_bytes));
  if (!text) return cannot_read(called, text.error().os_error);
  if ((text->mode & S_IWOTH) != 0) return Error{called + " can be written by others: chmod o-rwx it"};
  const std::string above = folder_of(name);
  const auto around = look_at(root->get(), above.empty() ? "." : above);
  if (around && *around && is_open_folder((*around)->mode))
    return Error{called + " is in a folder that others can write in: chmod o-w that"};
  return Text{std::move(text->bytes), text->mode};
}

Result<SecretSource::Text> SecretSource::resource(const std::string& path) {
  const std::string name = path + ".resource.yaml";
  if (!is_runnable_path(path)) return Error{printable(name) + " is no path in a workspace"};
  return read(root_, name, name);
}

Result<std::string> SecretSource::variable(const std::string& path) {
  const std::string name = path + ".variable.yaml";
  if (!is_runnable_path(path)) return Error{printable(name) + " is no path in a workspace"};
  const auto text = read(root_, name, name);
  if (!text) return text.error();
  if (const auto own = private_to_us(text->mode, name); !own) return own.error();
  return value_of_variable(text->bytes, name);
}

Result<std::string> SecretSource::file(const std::string& path) {
  const bool outside = path.starts_with('/');
  const std::string folder = folder_of(path);
  auto text = outside ? read(folder.empty() ? "/" : folder, file_name_of(path), "secret_file")
                      : read(root_, path, "secret_file");
  if (!text) return text.error();
  if (const auto own = private_to_us(text->mode, "secret_file"); !own) return own.error();
  if (text->bytes.size() > secret_limit_bytes) return Error{"secret_file is larger than 64 KiB"};
  return without_line_end(std::move(text->bytes));
}

Result<std::string> SecretSource::environment(const std::string& name) {
  const char* const value = std::getenv(name.c_str());  // NOLINT(concurrency-mt-unsafe): nobody sets any
  if (value == nullptr) return Error{"secret_env: the server has no such variable"};
  return std::string(value);
}

Result<std::string> SecretSource::credential(const std::string& name) {
  const char* const folder = std::getenv("CREDENTIALS_DIRECTORY");  // NOLINT(concurrency-mt-unsafe)
  if (folder == nullptr || *folder != '/')
    return Error{"secret_credential: there are none, for systemd gave the server no CREDENTIALS_DIRECTORY"};
  if (name.find('/') != std::string::npos || name.starts_with('.'))
    return Error{"secret_credential must be the plain name of a credential"};
  auto text = read(folder, name, "secret_credential");
  if (!text) return text.error();
  if (const auto own = private_to_us(text->mode, "secret_credential"); !own) return own.error();
  return without_line_end(std::move(text->bytes));
}

bool are_unchanged(const std::vector<FileSeen>& files) {
  return std::all_of(files.begin(), files.end(), [](const FileSeen& file) {
    const auto now = glance_at(AT_FDCWD, file.path);
    return file.settled && (now ? std::optional(now->stamp) : std::nullopt) == file.stamp;
  });
}

}  // namespace towermill
