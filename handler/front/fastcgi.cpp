#include "handler/front/fastcgi.h"

#include <fcgiapp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <exception>
#include <optional>
#include <span>
#include <utility>

#include "handler/front/answer_records.h"
#include "handler/front/body.h"
#include "handler/front/cgi_request.h"
#include "handler/front/record_guard.h"
#include "handler/front/response_head.h"
#include "handler/reply/errors.h"
#include "runner/base/clock.h"

namespace towermill {

namespace {

// How often a thread that waits looks whether it still should.
constexpr std::chrono::milliseconds look_interval{200};

// How long a finished connection's peer may take to close it.
constexpr std::chrono::milliseconds close_patience{2000};

// As much of a body may take read_ms.
constexpr std::size_t stretch_bytes = 1024 * 1024;

/// What the library's reads and writes, on this thread, are held to.
struct Transfer {
  TimePoint deadline;
  const std::atomic<bool>* break_off = nullptr;
  RecordGuard* guard = nullptr;  // of reads
  std::string_view first = {};   // what has been read already
};
thread_local Transfer* transfer = nullptr;

class HeldTransfer {
 public:
  explicit HeldTransfer(Transfer& held) { transfer = &held; }
  HeldTransfer(const HeldTransfer&) = delete;
  HeldTransfer& operator=(const HeldTransfer&) = delete;
  ~HeldTransfer() { transfer = nullptr; }
};

bool is_over() { return *transfer->break_off || Clock::now() >= transfer->deadline; }

/// Waits until the descriptor is ready. False, with errno: not in time.
bool await(int fd, short events) {
  do {
    pollfd ready{fd, events, 0};
    const TimePoint next = std::min(transfer->deadline, Clock::now() + look_interval);
    if (::poll(&ready, 1, poll_timeout(next)) > 0) return true;
  } while (!is_over());
  errno = ETIMEDOUT;
  return false;
}

ssize_t receive(int fd, char* buffer, std::size_t size) {
  for (;;) {
    // A peer that always has one more byte is late all the same.
    if (is_over()) {
      errno = ETIMEDOUT;
      return -1;
    }
    const ssize_t got = ::recv(fd, buffer, size, MSG_DONTWAIT);
    if (got >= 0 || errno != EAGAIN) return got;
    if (!await(fd, POLLIN)) return -1;
  }
}

ssize_t take_first(char* buffer, std::size_t size) {
  const std::size_t taken = transfer->first.copy(buffer, size);
  transfer->first.remove_prefix(taken);
  return static_cast<ssize_t>(taken);
}

int guarded_read(int fd, char* buffer, std::size_t size) {
  const ssize_t got = transfer->first.empty() ? receive(fd, buffer, size) : take_first(buffer, size);
  if (got > 0 && !transfer->guard->accept({buffer, static_cast<std::size_t>(got)})) {
    errno = EPROTO;
    return -1;
  }
  return static_cast<int>(got);
}

/// What goes without waiting, or -1.
ssize_t send_some(int fd, std::span<iovec> pieces) {
  msghdr message{};
  message.msg_iov = pieces.data();
  message.msg_iovlen = std::min<std::size_t>(pieces.size(), IOV_MAX);
  return ::sendmsg(fd, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
}

bool send_all(int fd, AnswerRecords& records) {
  while (!records.unsent().empty()) {
    const ssize_t sent = send_some(fd, records.unsent());
    if (sent < 0 && (errno != EAGAIN || !await(fd, POLLOUT))) return false;
    if (sent > 0) records.sent(static_cast<std::size_t>(sent));
  }
  return true;
}

/// Closes a connection that is done with, after a moment for its peer to close first, so that what it still
/// sends cannot destroy the answer on its way. The library's own wait starts anew with every byte.
int patient_close(int fd) {
  if (fd < 0) return 0;
  ::shutdown(fd, SHUT_WR);
  const TimePoint until = Clock::now() + close_patience;
  char rest[4096];
  for (;;) {
    pollfd readable{fd, POLLIN, 0};
    if (Clock::now() >= until || ::poll(&readable, 1, poll_timeout(until)) <= 0) break;
    if (::recv(fd, rest, sizeof rest, MSG_DONTWAIT) <= 0) break;
  }
  return ::close(fd);
}

}  // namespace

// The linker sends the library's OS_Read and OS_IpcClose here (--wrap): the one place where bytes enter it.
// It writes none: an answer's records are ours.
extern "C" int __real_OS_Read(int fd, char* buffer, std::size_t size);
extern "C" int __wrap_OS_Read(int fd, char* buffer, std::size_t size);
extern "C" int __wrap_OS_IpcClose(int fd, int shutdown);
extern "C" int __wrap_OS_Read(int fd, char* buffer, std::size_t size) {
  const bool held = transfer != nullptr && transfer->guard != nullptr;
  return held ? guarded_read(fd, buffer, size) : __real_OS_Read(fd, buffer, size);
}
extern "C" int __wrap_OS_IpcClose(int fd, int /*shutdown*/) { return patient_close(fd); }

namespace {

TimePoint after_ms(int ms) { return Clock::now() + std::chrono::milliseconds(ms); }

class FastCgiExchange final : public Exchange {
 public:
  FastCgiExchange(const FastCgiOptions& options, std::string_view first)
      : options_(options), reading_{after_ms(options.read_ms), options.break_off, &guard_, first} {}
  FastCgiExchange(const FastCgiExchange&) = delete;
  FastCgiExchange& operator=(const FastCgiExchange&) = delete;
  ~FastCgiExchange() override;

  const Request& request() const override { return request_; }
  std::optional<Response> read_body(BodySink& sink) override;
  std::size_t body_bytes() const override { return body_bytes_; }
  int client_fd() const override { return fcgx_.ipcFd; }
  bool answer(const Response& response) override;
  bool begin(const Response& head) override;
  bool send(std::string_view piece) override { return takes_ && write("", piece, Rest::follows); }
  void end() override;

  /// Reads the parameters. False: no request; nothing is to be answered.
  bool read(UniqueFd connection);
  /// The refusal of a request that came whole but cannot be taken; nothing where it can.
  const std::optional<Response>& refusal() const { return refusal_; }
  std::string_view why_broken() const { return guard_.why(); }
  void abandon() { answered_ = true; }
  void refuse(const Response& response) { options_.refuse(*this, response, begun_); }

 private:
  void read_head(const CgiVariables& variables);
  Piece next_piece(char* room, std::size_t most);
  bool goes_on();
  void skip_a_short_body();
  bool close();
  bool write(std::string_view head, std::string_view body, Rest rest);
  void finish(bool sent);

  const FastCgiOptions& options_;
  const TimePoint begun_ = Clock::now();
  RecordGuard guard_;
  Transfer reading_;  // what `first` points to is the caller's; the library's first read takes all of it
  FCGX_Request fcgx_{};
  Request request_;
  std::optional<Response> refusal_;
  std::optional<std::size_t> length_;  // of the body; nothing: it goes on to its end
  std::size_t body_bytes_ = 0;
  std::size_t stretch_end_ = stretch_bytes;
  bool answered_ = false;
  bool takes_ = true;  // the web server, what is sent to it
};

FastCgiExchange::~FastCgiExchange() {
  try {
    if (!answered_) refuse(error_response(ServerError::internal, "the request was not answered"));
  } catch (const std::exception&) {
    // No memory even for that: the connection's end has to tell.
  }
  if (fcgx_.ipcFd >= 0) FCGX_Free(&fcgx_, 1);
}

bool FastCgiExchange::read(UniqueFd connection) {
  const HeldTransfer held(reading_);
  FCGX_InitRequest(&fcgx_, -1, FCGI_FAIL_ACCEPT_ON_INTR);
  fcgx_.ipcFd = connection.release();
  // Without this, the Finish_r inside Accept_r would close the connection.
  fcgx_.keepConnection = 1;
  if (FCGX_Accept_r(&fcgx_) != 0) return false;
  if (!guard_.has_params()) return close();
  read_head(to_variables(fcgx_.envp));
  return true;
}

bool FastCgiExchange::close() {
  FCGX_Free(&fcgx_, 1);
  return false;
}

void FastCgiExchange::read_head(const CgiVariables& variables) {
  auto request = to_request(variables, options_.base_path);
  const auto length = body_length(variables);
  if (!request) {
    refusal_ = error_response(ServerError::bad_request, request.error().message);
  } else if (!length) {
    refusal_ = error_response(ServerError::bad_request, length.error().message);
  } else {
    request_ = std::move(*request);
    length_ = *length;
    // Where none is to come, its end is here: the connection may be kept whatever becomes of the request.
    if (length_ == std::size_t{0} && goes_on()) refusal_ = body_too_long();
  }
}

/// Whether there is a byte more than was told.
bool FastCgiExchange::goes_on() { return FCGX_GetChar(fcgx_.in) != -1; }

std::optional<Response> FastCgiExchange::read_body(BodySink& sink) {
  const HeldTransfer held(reading_);
  const auto next = [this](char* room, std::size_t most) { return next_piece(room, most); };
  auto refusal = towermill::read_body(next, length_, sink, options_.read_ms);
  if (!refusal && length_ && goes_on()) refusal = body_too_long();
  return refusal;
}

Piece FastCgiExchange::next_piece(char* room, std::size_t most) {
  const int got = FCGX_GetStr(room, static_cast<int>(most), fcgx_.in);
  const int error = FCGX_GetError(fcgx_.in);
  if (error == ETIMEDOUT) return {Piece::Kind::late};
  if (error != 0) return {Piece::Kind::broken};
  if (got <= 0) return {Piece::Kind::end};
  body_bytes_ += static_cast<std::size_t>(got);
  if (body_bytes_ >= stretch_end_) {
    stretch_end_ = body_bytes_ + stretch_bytes;
    reading_.deadline = after_ms(options_.read_ms);
  }
  return {Piece::Kind::some, static_cast<std::size_t>(got)};
}

/// What nobody wanted to read costs no connection.
void FastCgiExchange::skip_a_short_body() {
  if (guard_.is_whole() || body_bytes_ > 0 || length_.value_or(short_body_bytes + 1) > short_body_bytes)
    return;
  reading_.deadline = after_ms(options_.read_ms);
  Unwanted unwanted;
  (void)read_body(unwanted);
}

bool FastCgiExchange::answer(const Response& response) {
  answered_ = true;
  skip_a_short_body();
  const std::string head = response_head(response, response.body.size());
  const bool with_body = request_.method != "HEAD";
  const bool sent = write(head, with_body ? response.body : std::string_view(), Rest::none);
  finish(sent);
  return sent;
}

bool FastCgiExchange::begin(const Response& head) {
  answered_ = true;
  skip_a_short_body();
  return write(response_head(head, std::nullopt), "", Rest::follows);
}

void FastCgiExchange::end() { finish(takes_ && write("", "", Rest::none)); }

bool FastCgiExchange::write(std::string_view head, std::string_view body, Rest rest) {
  Transfer writing{after_ms(options_.write_ms), options_.break_off};
  const HeldTransfer held(writing);
  AnswerRecords records(fcgx_.requestId, head, body, rest);
  takes_ = send_all(fcgx_.ipcFd, records);
  return takes_;
}

/// Nothing more is to be read or written for the request.
void FastCgiExchange::finish(bool sent) {
  const bool whole = guard_.is_whole();
  const bool keep = fcgx_.keepConnection != 0 && sent && whole;
  UniqueFd connection;
  // What a peer still sends to a closed connection could destroy the answer on its way.
  if (whole) connection.reset(std::exchange(fcgx_.ipcFd, -1));
  FCGX_Free(&fcgx_, 1);
  if (keep) options_.give_back(std::move(connection));
}

}  // namespace

void init_fastcgi() { FCGX_Init(); }

std::unique_ptr<Exchange> read_fastcgi(UniqueFd connection, std::string_view first,
                                       const FastCgiOptions& options) {
  auto exchange = std::make_unique<FastCgiExchange>(options, first);
  if (!exchange->read(std::move(connection))) {
    exchange->abandon();
    if (const std::string_view why = exchange->why_broken(); !why.empty()) options.refused(why);
    return nullptr;
  }
  if (const auto& refusal = exchange->refusal()) {
    exchange->refuse(*refusal);
    return nullptr;
  }
  return exchange;
}

}  // namespace towermill
