#pragma once
// What passes between a fork server and its client, on two sockets. Plain values: the fork server's side is
// built without the rest of the program.
//
// On the control socket a ForkHead, with the descriptors of the new child's channel and log where one is
// wanted, then the script's frame that its children are to know; back comes a ForkReply. Before all that the
// server sends one frame: what it has loaded.
//
// To the child on its channel a frame that places it, then the script's frame unless it knows the script,
// then the run's. The first is no JSON but texts that each end with NUL: the known script's number in
// decimal, or nothing; the working directory, absolute; "NAME=value" for each variable that it has beside the
// server's.

#include <cstdint>

namespace towermill {

struct ForkHead {
  std::int32_t reaped;        // the child that has ended and whose status is taken; 0: none
  std::int32_t learnt_bytes;  // of the script's frame; 0: none
  std::int32_t wanted;        // 1: a child is to be forked
};

struct ForkReply {
  std::int32_t status;  // as waitpid(2) tells it
  std::int32_t known;   // how many scripts a child knows that is forked now
  std::int32_t forked;  // its pid; negative: why not, an errno
};

}  // namespace towermill
