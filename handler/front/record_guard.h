#pragma once
// Checks FastCGI bytes before libfcgi sees them (FastCGI 1.0, sections 3 and 5). Debian's library aborts on
// crafted PARAMS lengths and mishandles management records: only well-formed BEGIN, PARAMS, STDIN, DATA and
// ABORT records of one request, within the caps below, may pass.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace towermill {

class RecordGuard {
 public:
  static constexpr std::size_t pair_limit_bytes = 64 * 1024;      // one name and its value
  static constexpr std::size_t params_limit_bytes = 1024 * 1024;  // all of a request's

  /// Looks at the next bytes of the connection, however they are cut. False: they must not be passed on, and
  /// the connection is to be closed; why() says what was wrong.
  bool accept(std::string_view bytes);

  std::string_view why() const { return why_; }

  /// The end of the parameters was seen: the library takes a connection that breaks before for a whole
  /// request.
  bool has_params() const { return stage_ == Stage::input || stage_ == Stage::done; }

  /// The end of the body was seen: nothing of the request is left to be read.
  bool is_whole() const { return stage_ == Stage::done; }

 private:
  enum class Stage { begin, params, input, done };

  bool refuse(std::string_view why);
  bool header_complete();
  bool record_allowed(std::uint8_t type, std::uint16_t id, std::size_t length);
  bool begin_allowed(std::uint16_t id, std::size_t length);
  bool content(std::string_view bytes);
  bool params(std::string_view bytes);
  bool pair_lengths_complete();

  Stage stage_ = Stage::begin;
  std::uint16_t request_id_ = 0;
  std::uint8_t type_ = 0;

  std::array<std::uint8_t, 8> header_{};
  std::size_t header_bytes_ = 0;
  std::size_t content_left_ = 0, padding_left_ = 0;

  std::array<std::uint8_t, 8> lengths_{};  // of the name-value pair being read
  std::size_t lengths_bytes_ = 0;
  std::size_t pair_left_ = 0, params_bytes_ = 0;

  std::string_view why_;
};

}  // namespace towermill
