#include "handler/args/asked.h"
#include "handler/http/query.h"
#include "tests/fuzz/target.h"

using namespace towermill;  // NOLINT(google-build-using-namespace)

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const auto query = Query::parse(text_of(bytes, size));
  if (!query) return 0;
  (void)query->integer("timeout");
  const auto asked = asked_in(*query);
  if (!asked) return 0;
  for (const std::string& name : asked->include_query) {
    const auto value = query->get(name);
    must(!value || value->size() <= size);
  }
  return 0;
}
