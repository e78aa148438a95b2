#include "runner/languages/python/native/program.h"

#include <link.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstring>

#include "runner/languages/python/native/huge_pages.h"

namespace towermill::native {

namespace {

// Interpreters have less than half of that. One of unheard-of size is not to take the memory of the runs.
constexpr std::size_t most_pages = 8;

struct Range {
  std::uintptr_t begin = 0, end = 0;

  bool has(std::uintptr_t address) const { return begin <= address && address < end; }
};

struct Search {
  std::uintptr_t address;  // in what is looked for
  Range found;             // what is read and executed around it, without a gap
};

/// The segment's pages; none where it is not to be loaded, or is written to.
Range pages_of(const dl_phdr_info& object, const ElfW(Phdr) & segment) {
  if (segment.p_type != PT_LOAD || (segment.p_flags & PF_R) == 0 || (segment.p_flags & PF_W) != 0) return {};
  const auto page = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
  const std::uintptr_t begin = object.dlpi_addr + segment.p_vaddr;
  return {begin / page * page, (begin + segment.p_memsz + page - 1) / page * page};
}

int look_at(dl_phdr_info* object, std::size_t /*bytes*/, void* data) {
  auto& search = *static_cast<Search*>(data);
  Range around;
  for (std::size_t i = 0; i < object->dlpi_phnum; ++i) {
    const Range pages = pages_of(*object, object->dlpi_phdr[i]);
    if (pages.begin != around.end) {
      if (around.has(search.address)) break;
      around.begin = pages.begin;
    }
    around.end = pages.end;
  }
  if (!around.has(search.address)) return 0;
  search.found = around;
  return 1;
}

/// What is executed there has to be here, unchanged, at any time: it is exchanged in one step.
void move(Range from) {
  const std::size_t bytes = from.end - from.begin;
  char* const copy = map_huge_pages(bytes / huge_page_bytes);
  if (copy == nullptr) return;
  void* const place = reinterpret_cast<void*>(from.begin);  // NOLINT(performance-no-int-to-ptr)
  std::memcpy(copy, place, bytes);
  if (::mprotect(copy, bytes, PROT_READ | PROT_EXEC) == 0 &&
      ::mremap(copy, bytes, bytes, MREMAP_MAYMOVE | MREMAP_FIXED, place) != MAP_FAILED)
    return;
  ::munmap(copy, bytes);
}

}  // namespace

PyObject* gather_program(PyObject* /*self*/, PyObject* /*none*/) {
  Search search{reinterpret_cast<std::uintptr_t>(&PyEval_EvalCode), {}};
  ::dl_iterate_phdr(look_at, &search);
  const std::uintptr_t begin = (search.found.begin + huge_page_bytes - 1) / huge_page_bytes * huge_page_bytes;
  const std::uintptr_t end = search.found.end / huge_page_bytes * huge_page_bytes;
  if (begin < end) move({begin, std::min(end, begin + most_pages * huge_page_bytes)});
  Py_RETURN_NONE;
}

}  // namespace towermill::native
