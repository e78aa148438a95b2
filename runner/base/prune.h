#pragma once
// Folders that outlive the server and must not grow for ever. What lies in one, a file or a folder of files,
// is an entry, and its modification time is its last use. Safe with several threads and processes at work.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace towermill {

/// A use is written down at most this often.
inline constexpr std::int64_t use_mark_s = 3600;

/// Notes that the entry is in use. True: it is there, and no prune takes it within the next hour. Touches the
/// disk at most once in use_mark_s, and else only looks.
bool mark_used(const std::string& entry);

struct PruneRules {
  std::int64_t limit_bytes = 0;  // of all the folders together; each file counts in blocks of 4 KiB
  std::int64_t keep_s = 0;       // unused for longer: goes, however little there is; 0: stays
  std::function<bool()> go_on = [] { return true; };  // asked before each removal
};

struct Pruned {
  std::size_t entries = 0;      // how many went
  std::int64_t bytes = 0;       // theirs
  std::int64_t left_bytes = 0;  // what is still there
};

/// Removes from the folders what was not used for keep_s, then what is least recently used until the rest is
/// within the limit, and what an ended write has left; never an entry that was used within the last hour.
/// Links are not followed. Best effort: what cannot be removed stays.
Pruned prune(const std::vector<std::string>& folders, const PruneRules& rules);

}  // namespace towermill
