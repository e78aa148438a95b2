#pragma once
// One FastCGI request on an accepted connection, and its answer. The only user of libfcgi, which serves as
// the codec alone: who listens, accepts and waits is ours (connections.h).

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "handler/http/exchange.h"
#include "runner/base/clock.h"
#include "runner/base/fd.h"

namespace towermill {

struct FastCgiOptions {
  std::string base_path;
  int read_ms;   // the head, with the first MiB of the body, and each further MiB must arrive in this time
  int write_ms;  // all of an answer must have been taken by then
  const std::atomic<bool>* break_off;  // true: read and write no further
  /// Takes back a connection that the web server keeps open. Thread-safe.
  std::function<void(UniqueFd)> give_back;
  /// Told why a connection was refused, for the log.
  std::function<void(std::string_view)> refused;
  /// Answers a request that the front refuses, of which not all may have been read, and that began then.
  std::function<void(Exchange&, const Response&, TimePoint begun)> refuse;
};

/// Once, before any thread.
void init_fastcgi();

/// Reads one request's head from a connection, of which `first`, at most 8 KiB, has been read already.
/// nullptr: there was none (the peer closed, broke the protocol or was too slow) and the connection is
/// closed; or it was answered here (400). Blocks for up to read_ms.
std::unique_ptr<Exchange> read_fastcgi(UniqueFd connection, std::string_view first,
                                       const FastCgiOptions& options);

}  // namespace towermill
