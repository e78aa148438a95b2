#include "handler/api/small_body.h"

#include <fmt/format.h>

#include <optional>
#include <utility>

#include "handler/reply/errors.h"
#include "runner/base/text.h"

namespace towermill {

namespace {

constexpr std::size_t longest_bytes = 64 * 1024, deepest = 16;

class Small final : public BodySink {
 public:
  explicit Small(std::string& text) : text_(text) {}
  BodyLimit limit() const override { return {longest_bytes, fmt::format("{} bytes", longest_bytes)}; }
  std::optional<Response> take(std::string_view bytes) override {
    text_ += bytes;
    return std::nullopt;
  }

 private:
  std::string& text_;
};

}  // namespace

std::variant<JsonValue, Response> read_object(Exchange& exchange, std::string& text) {
  Small sink(text);
  if (auto refusal = exchange.read_body(sink)) return std::move(*refusal);
  if (trim(text).empty()) text = "{}";
  auto value = parse_json(text, deepest);
  if (!value) return error_response(ServerError::invalid_json, value.error().message);
  if (value->kind != JsonKind::object)
    return error_response(ServerError::bad_request, "the body is no object");
  return std::move(*value);
}

}  // namespace towermill
