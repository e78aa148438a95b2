#include "runner/languages/python/native/huge_pages.h"

#include <sys/mman.h>
#include <sys/resource.h>

#include <cstdint>

namespace towermill::native {

namespace {

/// A range that begins and ends at a multiple of the size of a huge page. nullptr: none.
char* map_aligned(std::size_t bytes) {
  void* const found =
      ::mmap(nullptr, bytes + huge_page_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (found == MAP_FAILED) return nullptr;
  char* const begin = static_cast<char*>(found);
  const std::size_t before = -reinterpret_cast<std::uintptr_t>(begin) & (huge_page_bytes - 1);
  if (before != 0) ::munmap(begin, before);
  ::munmap(begin + before + bytes, huge_page_bytes - before);
  return begin + before;
}

long page_faults() {
  rusage used{};
  ::getrusage(RUSAGE_SELF, &used);
  return used.ru_minflt;
}

/// Touches both ends. It has come as a huge page if the first touch brought the last byte too. Asked in this
/// way, since mincore() is not among the calls that systemd has for services.
bool comes_whole(volatile char* page) {
  const long before = page_faults();
  page[0] = 0;
  page[huge_page_bytes - 1] = 0;
  return page_faults() == before + 1;
}

}  // namespace

char* map_huge_pages(std::size_t count) {
  const std::size_t bytes = count * huge_page_bytes;
  char* const begin = map_aligned(bytes);
  if (begin == nullptr) return nullptr;
  bool are_huge = ::madvise(begin, bytes, MADV_HUGEPAGE) == 0;
  for (std::size_t i = 0; are_huge && i < count; ++i) are_huge = comes_whole(begin + i * huge_page_bytes);
  if (are_huge) return begin;
  ::munmap(begin, bytes);
  return nullptr;
}

}  // namespace towermill::native
