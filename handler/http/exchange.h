#pragma once
// One request and the way its answer takes back, whatever protocol it came by.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "handler/http/message.h"

namespace towermill {

struct BodyLimit {
  std::size_t bytes;
  std::string name;  // and value, as the refusal tells it: "body_limit_bytes 16777216"
};

/// What takes a body as it comes.
class BodySink {
 public:
  virtual ~BodySink() = default;

  virtual BodyLimit limit() const = 0;
  /// As many bytes are to come, where that is told before them.
  virtual void expect(std::size_t /*bytes*/) {}
  /// Takes the next bytes. The response that refuses the body, or nothing: then more may come.
  virtual std::optional<Response> take(std::string_view bytes) = 0;
};

class Exchange {
 public:
  /// An exchange that is destroyed unanswered answers 500.
  virtual ~Exchange() = default;

  /// All but the body, which nobody has read yet.
  virtual const Request& request() const = 0;

  /// Reads the body into the sink, once, at most as much as its limit; blocks until it is there. The response
  /// that refuses it (400, 408, 413, the sink's), or nothing: it is whole.
  virtual std::optional<Response> read_body(BodySink& sink) = 0;

  /// How many bytes of the body have been read.
  virtual std::size_t body_bytes() const = 0;

  /// A socket whose hang-up means that the client has gone; -1 where that cannot be seen. Owned by the
  /// exchange.
  virtual int client_fd() const = 0;

  /// Sends the response, once, with its Content-Length; blocks while the web server takes it. A response to
  /// HEAD leaves without its body. Returns false if it could not be sent whole.
  virtual bool answer(const Response& response) = 0;

  /// In place of answer(): the head of a response whose body comes in pieces, and has no Content-Length.
  virtual bool begin(const Response& head) = 0;
  /// The next piece of it, at once; blocks while the web server takes it. False: nobody takes it any more.
  virtual bool send(std::string_view piece) = 0;
  /// It is whole.
  virtual void end() = 0;
};

}  // namespace towermill
