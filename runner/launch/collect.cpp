#include "runner/launch/collect.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <optional>
#include <utility>

#include "runner/launch/output.h"
#include "runner/launch/stream_lines.h"
#include "runner/protocol/frames.h"
#include "runner/protocol/messages.h"

namespace towermill {

namespace {

using std::chrono::milliseconds;

// A background child may hold stdout open for ever; a `tee` that stdout goes through needs a moment to
// finish.
constexpr milliseconds settle_time{20};
// A flood on one descriptor must not keep the clock and the client from being looked at.
constexpr int blocks_at_once = 16;
// Most runs are over sooner. Until then nobody looks into the pipes: each look costs a wake-up, and what they
// hold is there at the end too.
constexpr milliseconds first_moment{5};
// How often to look whether the group of a terminated leader is gone.
constexpr milliseconds group_check{10};

/// running → answered | resting | terminating → killed; the child's own end leaves every phase. One that
/// rests has answered and stays.
enum class Phase { running, answered, resting, terminating, killed };

class Collector {
 public:
  Collector(Child& child, const Collecting& run)
      : child_(child),
        run_(run),
        unsent_{child.place_frame, child.knows_script ? std::string_view() : run.plan.script_frame,
                run.plan.frame},
        frames_(static_cast<std::size_t>(run.spec.limits.result_limit_bytes)),
        log_(run.spec.limits.log_limit_bytes),
        last_line_(run.spec.limits.result_limit_bytes),
        deadline_(run.started + std::chrono::seconds(run.spec.limits.timeout_s)),
        heard_at_(Clock::now()) {}

  Collected drive() {
    send_frames();  // there is room for most of them
    if (child_.channel_waits && !has_unsent()) receive_frames(0);
    while (!ended_ && phase_ != Phase::resting) step();
    if (phase_ == Phase::resting) {
      collected_.log = log_.take();
      return std::move(collected_);
    }
    read_what_is_left();
    let_the_group_finish();
    ::kill(-child_.pid, SIGKILL);  // before the leader is reaped: its zombie keeps the number ours
    collected_.exit = child_.reap();
    if (!delivered_) deliver(outcome_of_exit());
    collected_.log = log_.take();
    return std::move(collected_);
  }

 private:
  void step();
  int timeout_ms() const;
  void on_time(TimePoint now);
  void on_deadline();
  void pump_channel();
  void send_frames();
  bool has_unsent() const { return !unsent_.back().empty(); }
  void forget_sent(std::size_t bytes);
  void receive_frames(int flags = MSG_DONTWAIT);
  void on_answer(std::string_view frame);
  void tell(std::string_view text);
  void tell_of_silence(TimePoint now);
  void rest();
  void read_output(UniqueFd& fd, Stdout use);
  void keep_output(std::string_view bytes, Stdout use);
  void read_what_is_left();
  void let_the_group_finish();
  bool read_some(int wait_ms);
  void end_early(Outcome outcome);
  void kill_group();
  void deliver(Outcome outcome);
  Outcome outcome_of_exit();
  Outcome over_result_limit() const;
  milliseconds grace() const { return milliseconds(run_.spec.limits.grace_ms); }

  Child& child_;
  const Collecting& run_;
  std::array<std::string_view, 3> unsent_;  // one after the other
  FrameReader frames_;
  RunLog log_;
  LastLine last_line_;
  std::string output_;
  StreamLines stream_lines_;
  TimePoint deadline_;
  TimePoint heard_at_;                                        // when somebody was last told something
  const TimePoint first_look_ = Clock::now() + first_moment;  // into the pipes
  bool has_lasted_ = false;
  Phase phase_ = Phase::running;
  bool ended_ = false;
  bool delivered_ = false;
  Collected collected_;
};

void Collector::step() {
  enum { process, channel, out, err, client, stop, count };
  const bool running = phase_ == Phase::running;
  const auto channel_events = static_cast<short>(has_unsent() ? POLLIN | POLLOUT : POLLIN);
  std::array<pollfd, count> watched{{
      {child_.pidfd.get(), POLLIN, 0},
      {child_.channel.get(), channel_events, 0},
      {has_lasted_ ? child_.out.get() : -1, POLLIN, 0},
      {has_lasted_ ? child_.err.get() : -1, POLLIN, 0},
      {running ? run_.interrupts.client_fd : -1, POLLRDHUP, 0},
      {running ? run_.interrupts.stop_fd : -1, POLLIN, 0},
  }};
  if (::poll(watched.data(), watched.size(), timeout_ms()) < 0) return;
  if (watched[channel].revents != 0) pump_channel();
  if (phase_ == Phase::resting) return;
  if (watched[out].revents != 0) read_output(child_.out, run_.plan.stdout_use);
  if (watched[err].revents != 0) read_output(child_.err, Stdout::log);
  if (watched[process].revents != 0) {
    ended_ = true;
  } else if (phase_ == Phase::running && (watched[client].revents & (POLLRDHUP | POLLHUP | POLLERR)) != 0) {
    end_early(Cancelled{"http connection broke"});
  } else if (phase_ == Phase::running && watched[stop].revents != 0) {
    end_early(Cancelled{"the server is stopping"});
  } else {
    on_time(Clock::now());
  }
}

int Collector::timeout_ms() const {
  if (phase_ == Phase::killed) return -1;
  TimePoint next = has_lasted_ ? deadline_ : std::min(first_look_, deadline_);
  if (run_.meanwhile != nullptr && !delivered_)
    next = std::min(next, heard_at_ + run_.meanwhile->longest_silence);
  return poll_timeout(next);
}

void Collector::on_time(TimePoint now) {
  if (!has_lasted_ && now >= first_look_) {
    has_lasted_ = true;
    child_.has_lasted();
  }
  tell_of_silence(now);
  if (now >= deadline_) on_deadline();
}

void Collector::tell(std::string_view text) {
  if (run_.meanwhile == nullptr || delivered_) return;
  heard_at_ = Clock::now();
  run_.meanwhile->on_text(text);
}

void Collector::tell_of_silence(TimePoint now) {
  if (run_.meanwhile == nullptr || delivered_ || now < heard_at_ + run_.meanwhile->longest_silence) return;
  heard_at_ = now;
  run_.meanwhile->on_silence();
}

void Collector::on_deadline() {
  if (phase_ == Phase::running) {
    end_early(TimedOut{static_cast<int>(run_.spec.limits.timeout_s)});
  } else if (phase_ != Phase::killed) {
    kill_group();
  }
}

void Collector::pump_channel() {
  send_frames();
  receive_frames();
}

void Collector::send_frames() {
  while (has_unsent()) {
    std::array<iovec, 3> pieces{};
    for (std::size_t i = 0; i < pieces.size(); ++i)
      pieces[i] = {const_cast<char*>(unsent_[i].data()), unsent_[i].size()};
    msghdr message{};
    message.msg_iov = pieces.data();
    message.msg_iovlen = pieces.size();
    const ssize_t sent = ::sendmsg(child_.channel.get(), &message, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0 && (errno == EAGAIN || errno == EINTR)) break;
    // A child that does not want its args has its reasons; its end will tell.
    forget_sent(sent < 0 ? std::string_view::npos : static_cast<std::size_t>(sent));
  }
}

void Collector::forget_sent(std::size_t bytes) {
  for (std::string_view& piece : unsent_) {
    const std::size_t of_piece = std::min(bytes, piece.size());
    piece.remove_prefix(of_piece);
    bytes -= of_piece;
  }
}

void Collector::receive_frames(int flags) {
  char block[64 * 1024];
  for (int blocks = 0; blocks < blocks_at_once && child_.channel; ++blocks) {
    const ssize_t got = ::recv(child_.channel.get(), block, sizeof block, flags);
    flags = MSG_DONTWAIT;
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (got <= 0 || delivered_) return child_.channel.reset();
    auto frames = frames_.feed({block, static_cast<std::size_t>(got)});
    if (!frames) return end_early(over_result_limit());
    for (const std::string& frame : *frames) on_answer(frame);
  }
}

void Collector::on_answer(std::string_view frame) {
  if (delivered_) return;
  auto answer = parse_answer(frame, static_cast<std::size_t>(run_.spec.limits.json_depth_limit));
  if (!answer) return end_early(execution_error(answer.error().message));
  if (const auto* streamed = std::get_if<Streamed>(&*answer)) return tell(streamed->text);
  const bool stays = phase_ == Phase::running && !ended_ && child_.after_answer == AfterAnswer::stays;
  if (stays) rest();
  if (auto* result = std::get_if<Returned>(&*answer)) deliver(std::move(*result));
  if (auto* failure = std::get_if<Failed>(&*answer)) deliver(std::move(*failure));
  if (phase_ != Phase::running) return;
  // One that was told to stay and is not wanted any more.
  if (run_.spec.reuse == Reuse::yes) ::shutdown(child_.channel.get(), SHUT_WR);
  // Exit handlers have the grace to finish.
  phase_ = Phase::answered;
  deadline_ = Clock::now() + grace();
}

/// Before the answer leaves: the caller's next request may be quick, and is to find the process free.
void Collector::rest() {
  phase_ = Phase::resting;
  read_output(child_.out, Stdout::log);  // a whole pipe
  child_.give_back();
}

void Collector::read_output(UniqueFd& fd, Stdout use) {
  char block[64 * 1024];
  const ssize_t got = ::read(fd.get(), block, sizeof block);
  if (got > 0) {
    const std::string_view bytes(block, static_cast<std::size_t>(got));
    if (run_.meanwhile != nullptr && &fd == &child_.out)
      stream_lines_.append(bytes, [this](std::string_view text) { tell(text); });
    return keep_output(bytes, use);
  }
  if (got == 0 || (errno != EAGAIN && errno != EINTR)) fd.reset();
}

void Collector::keep_output(std::string_view bytes, Stdout use) {
  if (use != Stdout::result) log_.append(bytes);
  if (use == Stdout::log || delivered_) return;
  if (use == Stdout::log_and_last_line) return last_line_.append(bytes);
  output_.append(bytes);
  if (output_.size() > static_cast<std::size_t>(run_.spec.limits.result_limit_bytes))
    end_early(over_result_limit());
}

/// The process has ended: what it wrote is in the pipes. Who else holds them open is waited for only where
/// stdout is the answer, and only a moment.
void Collector::read_what_is_left() {
  const bool answer_is_output = run_.plan.stdout_use != Stdout::log && !delivered_;
  const TimePoint settled = Clock::now() + settle_time;
  while (read_some(answer_is_output && child_.out ? poll_timeout(settled) : 0) && Clock::now() < settled) {
  }
}

/// A leader that dies of SIGTERM at once does not take the grace from the rest of its group.
void Collector::let_the_group_finish() {
  if (phase_ != Phase::terminating) return;
  while (Clock::now() < deadline_ && run_.orphans.any_alive(child_.pid)) {
    read_some(static_cast<int>(group_check.count()));
  }
}

/// Reads what comes within `wait_ms`, a block of each at most. False: nothing came.
bool Collector::read_some(int wait_ms) {
  if (!child_.channel && !child_.out && !child_.err && wait_ms == 0) return false;
  std::array<pollfd, 3> from{
      {{child_.channel.get(), POLLIN, 0}, {child_.out.get(), POLLIN, 0}, {child_.err.get(), POLLIN, 0}}};
  if (::poll(from.data(), from.size(), wait_ms) <= 0) return false;
  if (from[0].revents != 0) receive_frames();
  if (from[1].revents != 0) read_output(child_.out, run_.plan.stdout_use);
  if (from[2].revents != 0) read_output(child_.err, Stdout::log);
  return true;
}

void Collector::end_early(Outcome outcome) {
  if (!delivered_) deliver(std::move(outcome));
  if (phase_ == Phase::terminating || phase_ == Phase::killed) return;
  phase_ = Phase::terminating;
  deadline_ = Clock::now() + grace();
  ::kill(-child_.pid, SIGTERM);
}

void Collector::kill_group() {
  phase_ = Phase::killed;
  collected_.killed = true;
  ::kill(-child_.pid, SIGKILL);
}

void Collector::deliver(Outcome outcome) {
  delivered_ = true;
  collected_.until_outcome_ms = ms_since(run_.started);
  run_.on_outcome(std::move(outcome));
}

Outcome Collector::outcome_of_exit() {
  Captured captured;
  captured.run_name = run_.plan.run_name;
  captured.exit = collected_.exit;
  captured.log = log_.text();
  captured.work_dir = run_.work_dir_fd;
  captured.output = run_.plan.stdout_use == Stdout::result ? std::move(output_) : last_line_.take();
  captured.output_was_cut = last_line_.over_limit();
  return run_.at_exit(captured);
}

Outcome Collector::over_result_limit() const {
  return execution_error(
      fmt::format("the result is longer than result_limit_bytes {}", run_.spec.limits.result_limit_bytes));
}

}  // namespace

Collected collect(Child& child, const Collecting& run) { return Collector(child, run).drive(); }

}  // namespace towermill
