#pragma once
// What can be done with a process by its pidfd. All functions are thread-safe.

namespace towermill {

bool has_ended(int pidfd);
/// Waits for its end, a second at most.
void await_end(int pidfd);
void kill_at_once(int pidfd);

}  // namespace towermill
