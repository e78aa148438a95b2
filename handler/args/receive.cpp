#include "handler/args/receive.h"

#include <fmt/format.h>

#include <utility>

#include "handler/args/body_kinds.h"
#include "handler/reply/errors.h"

namespace towermill {
namespace {

class IntoMemory final : public BodySink {
 public:
  explicit IntoMemory(std::size_t limit_bytes) : limit_bytes_(limit_bytes) {}

  BodyLimit limit() const override {
    return {limit_bytes_, fmt::format("body_limit_bytes {}", limit_bytes_)};
  }
  void expect(std::size_t bytes) override { bytes_.reserve(bytes); }
  std::optional<Response> take(std::string_view bytes) override {
    bytes_ += bytes;
    return std::nullopt;
  }
  std::string&& bytes() { return std::move(bytes_); }

 private:
  const std::size_t limit_bytes_;
  std::string bytes_;
};

class IntoForm final : public BodySink {
 public:
  IntoForm(std::string_view boundary, const ArgsOptions& options)
      : options_(options), reader_(boundary, options.multipart) {}

  BodyLimit limit() const override {
    const MultipartOptions& multipart = options_.multipart;
    return {multipart.upload_bytes + multipart.memory_bytes,
            fmt::format("upload_limit_bytes {}", multipart.upload_bytes)};
  }
  std::optional<Response> take(std::string_view bytes) override {
    const auto taken = reader_.take(bytes);
    if (taken) return std::nullopt;
    return multipart_refusal(taken.error(), options_);
  }
  MultipartReader& reader() { return reader_; }

 private:
  const ArgsOptions& options_;
  MultipartReader reader_;
};

std::variant<Body, Response> receive_into_memory(Exchange& exchange, const ArgsOptions& options) {
  IntoMemory sink(options.body_limit_bytes);
  if (auto refusal = exchange.read_body(sink)) return std::move(*refusal);
  return Body{.bytes = sink.bytes()};
}

std::variant<Body, Response> receive_form(Exchange& exchange, const ArgsOptions& options) {
  const auto boundary = boundary_of(exchange.request().header("content-type"));
  if (!boundary) return multipart_refusal(boundary.error(), options);
  IntoForm sink(*boundary, options);
  if (auto refusal = exchange.read_body(sink)) return std::move(*refusal);
  auto form = sink.reader().finish();
  if (!form) return multipart_refusal(form.error(), options);
  return Body{.bytes = {}, .form = std::move(*form)};
}

}  // namespace

std::variant<Body, Response> receive_body(Exchange& exchange, const ArgsAsked& asked, Bytes bytes,
                                          const ArgsOptions& options) {
  const Request& request = exchange.request();
  if (request.method == "GET") return Body{};
  if (auto refusal = refusal_of_type(request, asked)) return std::move(*refusal);
  const bool is_kept = bytes == Bytes::kept || asked.raw == Raw::added;
  return is_multipart(request) && !is_kept ? receive_form(exchange, options)
                                           : receive_into_memory(exchange, options);
}

}  // namespace towermill
