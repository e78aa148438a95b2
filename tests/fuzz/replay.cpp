// Gives a target the files of its corpus, one by one: what was once found is tried again in every run of the
// tests, and no fuzzer is needed for that.
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "tests/fuzz/target.h"

int main(int, char** argv) {
  int tried = 0;
  for (const auto& entry : std::filesystem::directory_iterator(argv[1])) {
    std::ifstream file(entry.path(), std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(file), {}};
    LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
    ++tried;
  }
  std::printf("%d inputs\n", tried);
  return tried > 0 ? 0 : 1;
}
