#pragma once
// systemd's journal behind a descriptor: it notes the time of each line itself, and takes a line's priority
// from a prefix (sd-daemon(3)).

namespace towermill {

/// Whether the descriptor leads to the journal: $JOURNAL_STREAM names it, and may be inherited by programs
/// whose output goes elsewhere.
bool is_journal(int fd);

}  // namespace towermill
