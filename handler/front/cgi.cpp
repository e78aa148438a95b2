#include "handler/front/cgi.h"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <exception>
#include <optional>
#include <utility>

#include "handler/front/body.h"
#include "handler/front/response_head.h"
#include "handler/reply/errors.h"
#include "runner/base/clock.h"

namespace towermill {

namespace {

constexpr std::size_t block_bytes = 64 * 1024;

/// False: not in time, or told to stop.
bool await(int fd, short events, int wait_ms, int stop = -1) {
  const TimePoint until = Clock::now() + std::chrono::milliseconds(wait_ms);
  std::array<pollfd, 2> watched{{{fd, events, 0}, {stop, POLLIN, 0}}};
  do {
    if (::poll(watched.data(), watched.size(), poll_timeout(until)) > 0) return watched[1].revents == 0;
  } while (Clock::now() < until);
  return false;
}

/// What poll calls writable takes PIPE_BUF bytes without waiting.
bool write_pieces(std::string_view bytes, int out, int write_ms) {
  while (!bytes.empty()) {
    if (!await(out, POLLOUT, write_ms)) return false;
    const ssize_t written = ::write(out, bytes.data(), std::min<std::size_t>(bytes.size(), PIPE_BUF));
    if (written < 0 && errno != EINTR && errno != EAGAIN) return false;
    if (written > 0) bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

bool write_answer(const Response& response, std::string_view method, const CgiWays& ways) {
  const std::string head = response_head(response, response.body.size());
  return write_pieces(head, ways.out, ways.write_ms) &&
         (method == "HEAD" || write_pieces(response.body, ways.out, ways.write_ms));
}

// A socket that is closed with bytes unread takes the answer along (mod_cgid has one).
void drain(const CgiWays& ways) {
  const TimePoint until = Clock::now() + std::chrono::milliseconds(ways.read_ms);
  char block[block_bytes];
  while (Clock::now() < until && await(ways.in, POLLIN, poll_timeout(until)))
    if (::read(ways.in, block, sizeof block) <= 0) return;
}

std::string_view method_of(const CgiVariables& variables) {
  const auto method = variables.find("REQUEST_METHOD");
  return method == variables.end() ? std::string_view() : std::string_view(method->second);
}

class CgiExchange final : public Exchange {
 public:
  explicit CgiExchange(const CgiOptions& options) : options_(options) {}
  CgiExchange(const CgiExchange&) = delete;
  CgiExchange& operator=(const CgiExchange&) = delete;
  ~CgiExchange() override;

  const Request& request() const override { return request_; }
  std::optional<Response> read_body(BodySink& sink) override;
  std::size_t body_bytes() const override { return body_bytes_; }
  int client_fd() const override { return options_.client_fd; }
  bool answer(const Response& response) override;
  bool begin(const Response& head) override;
  bool send(std::string_view piece) override;
  void end() override;

  /// The refusal of a request that cannot be taken; nothing where it can.
  std::optional<Response> read(const CgiVariables& variables);

 private:
  Piece next_piece(char* room, std::size_t most);

  const CgiOptions options_;
  Request request_;
  std::optional<std::size_t> length_;  // of the body; nothing: it goes on to its end
  std::size_t body_bytes_ = 0;
  bool whole_ = false;  // nothing of the body is left unread
  bool answered_ = false;
};

CgiExchange::~CgiExchange() {
  try {
    if (!answered_) answer(error_response(ServerError::internal, "the request was not answered"));
  } catch (const std::exception&) {
    // No memory even for that: the web server says 500 where there is no answer.
  }
  options_.at_end();
}

std::optional<Response> CgiExchange::read(const CgiVariables& variables) {
  auto request = to_request(variables, options_.base_path);
  if (!request) {
    request_.method = method_of(variables);
    return error_response(ServerError::bad_request, request.error().message);
  }
  request_ = std::move(*request);
  const auto length = body_length(variables);
  if (!length) return error_response(ServerError::bad_request, length.error().message);
  length_ = *length;
  whole_ = length_ == std::size_t{0};
  return std::nullopt;
}

std::optional<Response> CgiExchange::read_body(BodySink& sink) {
  const auto next = [this](char* room, std::size_t most) { return next_piece(room, most); };
  auto refusal = towermill::read_body(next, length_, sink, options_.ways.read_ms);
  if (!refusal) whole_ = true;
  return refusal;
}

Piece CgiExchange::next_piece(char* room, std::size_t most) {
  const CgiWays& ways = options_.ways;
  for (;;) {
    if (!await(ways.in, POLLIN, ways.read_ms, ways.stop)) return {Piece::Kind::late};
    const ssize_t got = ::read(ways.in, room, most);
    if (got < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (got < 0) return {Piece::Kind::broken};
    if (got == 0) return {Piece::Kind::end};
    body_bytes_ += static_cast<std::size_t>(got);
    return {Piece::Kind::some, static_cast<std::size_t>(got)};
  }
}

bool CgiExchange::answer(const Response& response) {
  answered_ = true;
  if (!write_answer(response, request_.method, options_.ways)) return false;
  if (!whole_) drain(options_.ways);
  return true;
}

bool CgiExchange::begin(const Response& head) {
  answered_ = true;
  return send(response_head(head, std::nullopt));
}

bool CgiExchange::send(std::string_view piece) {
  return write_pieces(piece, options_.ways.out, options_.ways.write_ms);
}

void CgiExchange::end() {
  if (!whole_) drain(options_.ways);
}

}  // namespace

bool is_cgi(const CgiVariables& variables) {
  return variables.contains("GATEWAY_INTERFACE") && variables.contains("REQUEST_METHOD");
}

std::unique_ptr<Exchange> read_cgi(const CgiVariables& variables, const CgiOptions& options) {
  auto exchange = std::make_unique<CgiExchange>(options);
  if (const auto refusal = exchange->read(variables)) {
    options.refuse(*exchange, *refusal);
    return nullptr;
  }
  return exchange;
}

void refuse_cgi(const Response& response, const CgiVariables& variables, const CgiWays& ways) {
  if (write_answer(response, method_of(variables), ways)) drain(ways);
}

}  // namespace towermill
