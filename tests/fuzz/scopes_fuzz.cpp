#include "handler/auth/scopes.h"
#include "runner/base/text.h"
#include "tests/fuzz/target.h"

using namespace towermill;  // NOLINT(google-build-using-namespace)

/// One scope a line; the last line is the path of a script to run.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  auto lines = split(text_of(bytes, size), '\n');
  const std::string path = lines.back();
  lines.pop_back();
  const auto scopes = Scopes::parse(lines);
  if (!scopes) {
    must(!scopes.error().message.empty());
    return 0;
  }
  const Use run{"jobs", "run", "scripts", path};
  const bool may = scopes->allow(run);
  must(!may || scopes->allow_some_run());
  must(!may || scopes->allow({"jobs", "read", "scripts", path}));
  must(scopes->within(*scopes) && scopes->within(Scopes::everything()));
  must(scopes->allow_everything() == Scopes::everything().within(*scopes));
  // Whoever may run all paths may run this one.
  must(may || path.empty() || !scopes->allow({"jobs", "run", "scripts"}));
  must(lines.empty() ? !may : scopes->texts() == lines);
  return 0;
}
