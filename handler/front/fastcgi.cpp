#include "handler/front/fastcgi.h"

#include <fcgiapp.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <limits>
#include <utility>
#include <variant>

#include "handler/front/cgi_request.h"
#include "handler/front/record_guard.h"
#include "handler/front/response_head.h"
#include "handler/reply/errors.h"
#include "runner/base/clock.h"

namespace towermill {

namespace {

/// What the library's next read, on this thread, is held to.
struct Reading {
  RecordGuard guard;
  TimePoint deadline;
};
thread_local Reading* reading = nullptr;

int guarded_read(int fd, char* buffer, std::size_t size) {
  pollfd readable{fd, POLLIN, 0};
  if (::poll(&readable, 1, poll_timeout(reading->deadline)) <= 0) {
    errno = ETIMEDOUT;
    return -1;
  }
  const ssize_t got = ::read(fd, buffer, size);
  if (got > 0 && !reading->guard.accept({buffer, static_cast<std::size_t>(got)})) {
    errno = EPROTO;
    return -1;
  }
  return static_cast<int>(got);
}

}  // namespace

// The linker sends the library's OS_Read here (--wrap=OS_Read): the one place where bytes enter it.
extern "C" int __real_OS_Read(int fd, char* buffer, std::size_t size);
extern "C" int __wrap_OS_Read(int fd, char* buffer, std::size_t size);
extern "C" int __wrap_OS_Read(int fd, char* buffer, std::size_t size) {
  return reading == nullptr ? __real_OS_Read(fd, buffer, size) : guarded_read(fd, buffer, size);
}

namespace {

class GuardedReading {
 public:
  explicit GuardedReading(int read_ms) {
    held_.deadline = Clock::now() + std::chrono::milliseconds(read_ms);
    reading = &held_;
  }
  GuardedReading(const GuardedReading&) = delete;
  GuardedReading& operator=(const GuardedReading&) = delete;
  ~GuardedReading() { reading = nullptr; }

  std::string_view why() const { return held_.guard.why(); }

 private:
  Reading held_;
};

class FastCgiExchange final : public Exchange {
 public:
  explicit FastCgiExchange(const FastCgiOptions& options) : options_(options) {}
  FastCgiExchange(const FastCgiExchange&) = delete;
  FastCgiExchange& operator=(const FastCgiExchange&) = delete;
  ~FastCgiExchange() override {
    if (!answered_) answer(error_response(ServerError::internal, "the request was not answered"));
  }

  const Request& request() const override { return request_; }
  int client_fd() const override { return fcgx_.ipcFd; }
  bool answer(const Response& response) override;

  /// Reads parameters and body. False: no request; nothing is to be answered.
  bool read(UniqueFd connection);
  /// The refusal of a request that came whole but cannot be taken; nullptr where it can.
  const Response* refusal() const { return std::get_if<Response>(&body_or_refusal_); }
  void abandon() { answered_ = true; }

 private:
  void read_body(const CgiVariables& variables);
  Response body_error() const;
  bool close();
  bool put(std::string_view bytes);
  void finish();

  const FastCgiOptions& options_;
  FCGX_Request fcgx_{};
  Request request_;
  std::variant<std::monostate, Response> body_or_refusal_;
  bool answered_ = false;
};

bool FastCgiExchange::read(UniqueFd connection) {
  FCGX_InitRequest(&fcgx_, -1, FCGI_FAIL_ACCEPT_ON_INTR);
  fcgx_.ipcFd = connection.release();
  // Without this, the Finish_r inside Accept_r would close the connection.
  fcgx_.keepConnection = 1;
  if (FCGX_Accept_r(&fcgx_) != 0) return false;
  if (!reading->guard.has_params()) return close();
  const CgiVariables variables = to_variables(fcgx_.envp);
  if (auto request = to_request(variables, options_.base_path)) {
    request_ = std::move(*request);
    read_body(variables);
  } else {
    body_or_refusal_ = error_response(ServerError::bad_request, request.error().message);
  }
  return true;
}

bool FastCgiExchange::close() {
  FCGX_Free(&fcgx_, 1);
  return false;
}

Response FastCgiExchange::body_error() const {
  if (FCGX_GetError(fcgx_.in) != ETIMEDOUT)
    return error_response(ServerError::bad_request, "the body ended before its Content-Length");
  return error_response(ServerError::request_timeout, fmt::format("read_ms {}", options_.read_ms));
}

void FastCgiExchange::read_body(const CgiVariables& variables) {
  const auto length = content_length(variables);
  if (!length) {
    body_or_refusal_ = error_response(ServerError::bad_request, length.error().message);
  } else if (*length > options_.body_limit_bytes) {
    body_or_refusal_ = error_response(ServerError::payload_too_large,
                                      fmt::format("body_limit_bytes {}", options_.body_limit_bytes));
  } else {
    request_.body.resize(*length);
    const int got = FCGX_GetStr(request_.body.data(), static_cast<int>(*length), fcgx_.in);
    const bool whole = static_cast<std::size_t>(got) == *length && FCGX_GetError(fcgx_.in) == 0;
    if (!whole) {
      body_or_refusal_ = body_error();
    } else if (FCGX_GetChar(fcgx_.in) != -1) {
      body_or_refusal_ =
          error_response(ServerError::bad_request, "the body is longer than its Content-Length");
    }
  }
  // What is left unread would be taken for the next request.
  if (refusal() != nullptr) fcgx_.keepConnection = 0;
}

bool FastCgiExchange::put(std::string_view bytes) {
  constexpr std::size_t most = std::numeric_limits<int>::max();
  while (!bytes.empty()) {
    const std::string_view piece = bytes.substr(0, most);
    if (FCGX_PutStr(piece.data(), static_cast<int>(piece.size()), fcgx_.out) < 0) return false;
    bytes.remove_prefix(piece.size());
  }
  return true;
}

bool FastCgiExchange::answer(const Response& response) {
  answered_ = true;
  const bool with_body = request_.method != "HEAD";
  const bool sent = put(response_head(response, response.body.size())) && (!with_body || put(response.body));
  finish();
  return sent;
}

void FastCgiExchange::finish() {
  FCGX_Finish_r(&fcgx_);
  if (fcgx_.ipcFd >= 0) options_.give_back(UniqueFd(std::exchange(fcgx_.ipcFd, -1)));
}

void limit_writes(int fd, int write_ms) {
  const timeval longest{write_ms / 1000, (write_ms % 1000) * 1000};
  ::setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &longest, sizeof longest);
}

}  // namespace

void init_fastcgi() {
  // How long the library waits for a peer that does not close a finished connection: a worker's time.
  ::setenv("LIBFCGI_OS_CLOSE_POLL_TIMEOUT", "200", 1);
  FCGX_Init();
}

std::unique_ptr<Exchange> read_fastcgi(UniqueFd connection, const FastCgiOptions& options) {
  limit_writes(connection.get(), options.write_ms);
  auto exchange = std::make_unique<FastCgiExchange>(options);
  const GuardedReading guarded(options.read_ms);
  if (!exchange->read(std::move(connection))) {
    exchange->abandon();
    if (!guarded.why().empty()) options.refused(guarded.why());
    return nullptr;
  }
  if (const Response* refusal = exchange->refusal()) {
    exchange->answer(*refusal);
    return nullptr;
  }
  return exchange;
}

}  // namespace towermill
