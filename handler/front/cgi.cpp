#include "handler/front/cgi.h"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
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

bool await(int fd, short events, int wait_ms) {
  const TimePoint until = Clock::now() + std::chrono::milliseconds(wait_ms);
  pollfd ready{fd, events, 0};
  do {
    if (::poll(&ready, 1, poll_timeout(until)) > 0) return true;
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

class CgiExchange final : public Exchange {
 public:
  explicit CgiExchange(const CgiOptions& options) : options_(options) {}
  CgiExchange(const CgiExchange&) = delete;
  CgiExchange& operator=(const CgiExchange&) = delete;
  ~CgiExchange() override;

  const Request& request() const override { return request_; }
  int client_fd() const override { return options_.client_fd; }
  bool answer(const Response& response) override {
    answered_ = true;
    return write_answer(response, request_.method, options_.ways);
  }

  /// The refusal of a request that cannot be taken; nothing where it can.
  std::optional<Response> read(const CgiVariables& variables);
  void abandon() { answered_ = true; }

 private:
  std::optional<Response> read_body(std::size_t length);
  std::optional<Response> read_body_to_its_end();
  enum class Piece { some, end, late };
  Piece read_piece(std::size_t most);

  const CgiOptions options_;
  Request request_;
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
  if (!request) return error_response(ServerError::bad_request, request.error().message);
  request_ = std::move(*request);
  const auto length = body_length(variables);
  if (!length) return error_response(ServerError::bad_request, length.error().message);
  return *length ? read_body(**length) : read_body_to_its_end();
}

std::optional<Response> CgiExchange::read_body(std::size_t length) {
  if (length > options_.body_limit_bytes) return body_too_large(options_.body_limit_bytes);
  request_.body.reserve(length);
  while (request_.body.size() < length) {
    const Piece piece = read_piece(length - request_.body.size());
    if (piece == Piece::late) return body_too_late(options_.ways.read_ms);
    if (piece == Piece::end) return body_cut_short();
  }
  return std::nullopt;
}

std::optional<Response> CgiExchange::read_body_to_its_end() {
  while (request_.body.size() <= options_.body_limit_bytes) {
    const Piece piece = read_piece(block_bytes);
    if (piece == Piece::late) return body_too_late(options_.ways.read_ms);
    if (piece == Piece::end) return std::nullopt;
  }
  return body_too_large(options_.body_limit_bytes);
}

CgiExchange::Piece CgiExchange::read_piece(std::size_t most) {
  char block[block_bytes];
  for (;;) {
    if (!await(options_.ways.in, POLLIN, options_.ways.read_ms)) return Piece::late;
    const ssize_t got = ::read(options_.ways.in, block, std::min(most, sizeof block));
    if (got < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (got <= 0) return Piece::end;
    request_.body.append(block, static_cast<std::size_t>(got));
    return Piece::some;
  }
}

}  // namespace

bool is_cgi(const CgiVariables& variables) {
  return variables.contains("GATEWAY_INTERFACE") && variables.contains("REQUEST_METHOD");
}

std::unique_ptr<Exchange> read_cgi(const CgiVariables& variables, const CgiOptions& options) {
  auto exchange = std::make_unique<CgiExchange>(options);
  if (const auto refusal = exchange->read(variables)) {
    refuse_cgi(*refusal, variables, options.ways);
    exchange->abandon();
    return nullptr;
  }
  return exchange;
}

void refuse_cgi(const Response& response, const CgiVariables& variables, const CgiWays& ways) {
  const auto method = variables.find("REQUEST_METHOD");
  if (write_answer(response, method == variables.end() ? "" : method->second, ways)) drain(ways);
}

}  // namespace towermill
