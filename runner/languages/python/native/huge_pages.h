#pragma once
// Memory in huge pages. Of such a page a fork copies one entry, and an exit drops one, instead of 512 each.

#include <cstddef>

namespace towermill::native {

inline constexpr std::size_t huge_page_bytes = std::size_t{2} << 20;

/// Memory of so many huge pages, private, zeroed and to be unmapped in any pieces. nullptr: the system has
/// none to give, be it that they are turned off, of another size, or that memory is short.
char* map_huge_pages(std::size_t count);

}  // namespace towermill::native
