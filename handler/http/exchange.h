#pragma once
// One request and the way its answer takes back, whatever protocol it came by.

#include "handler/http/message.h"

namespace towermill {

class Exchange {
 public:
  /// An exchange that is destroyed unanswered answers 500.
  virtual ~Exchange() = default;

  virtual const Request& request() const = 0;

  /// A socket whose hang-up means that the client has gone; -1 where that cannot be seen. Owned by the
  /// exchange.
  virtual int client_fd() const = 0;

  /// Sends the response, once, with its Content-Length; blocks while the web server takes it. A response to
  /// HEAD leaves without its body. Returns false if it could not be sent whole.
  virtual bool answer(const Response& response) = 0;
};

}  // namespace towermill
