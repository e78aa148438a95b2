#include "runner/languages/python/native/objects.h"

#include <unistd.h>

#include "runner/languages/python/native/huge_pages.h"

// Not in the part of the API that is promised for all versions, but there in all of them.
extern "C" {
struct PyObjectArenaAllocator {
  void* context;
  void* (*allocate)(void*, std::size_t);
  void (*free)(void*, void*, std::size_t);
};
void PyObject_GetArenaAllocator(PyObjectArenaAllocator*);
void PyObject_SetArenaAllocator(PyObjectArenaAllocator*);
}

namespace towermill::native {

namespace {

PyObjectArenaAllocator pythons_own;
pid_t server = 0;
char* next = nullptr;  // in the last huge page
std::size_t left_bytes = 0;

/// Python's own allocator unmaps what it gave, and so it may unmap these as well.
void* allocate_arena(void* /*context*/, std::size_t bytes) {
  if (::getpid() != server || bytes > huge_page_bytes)
    return pythons_own.allocate(pythons_own.context, bytes);
  if (left_bytes < bytes) {
    char* const page = map_huge_pages(1);
    if (page == nullptr) return pythons_own.allocate(pythons_own.context, bytes);
    next = page;
    left_bytes = huge_page_bytes;
  }
  char* const arena = next;
  next += bytes;
  left_bytes -= bytes;
  return arena;
}

}  // namespace

PyObject* gather_objects(PyObject* /*self*/, PyObject* /*none*/) {
  server = ::getpid();
  PyObject_GetArenaAllocator(&pythons_own);
  PyObjectArenaAllocator ours = pythons_own;
  ours.allocate = allocate_arena;
  PyObject_SetArenaAllocator(&ours);
  Py_RETURN_NONE;
}

}  // namespace towermill::native
