#include "tests/fuzz/args_of.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  towermill::args_hold(towermill::text_of(bytes, size), "application/x-www-form-urlencoded");
  return 0;
}
