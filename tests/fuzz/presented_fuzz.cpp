#include "handler/auth/presented.h"
#include "tests/fuzz/target.h"

using namespace towermill;  // NOLINT(google-build-using-namespace)

/// A header's value; where there are three lines: Cookie, Origin, Host.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view text = text_of(bytes, size);
  const std::string_view bearer = bearer_in(text), cookie = cookie_in(text, "token");
  must(bearer.size() < text.size() || text.empty());
  must(cookie.find(';') == std::string_view::npos);
  must(cookie.empty() || text.find("token=") != std::string_view::npos);

  const auto first = text.find('\n');
  const auto second = first == text.npos ? text.npos : text.find('\n', first + 1);
  if (second == text.npos) return 0;
  Request request{.method = "POST", .segments = {}, .query = "", .headers = {}, .remote_address = ""};
  request.headers = {{"cookie", std::string(text.substr(0, first))},
                     {"origin", std::string(text.substr(first + 1, second - first - 1))},
                     {"host", std::string(text.substr(second + 1))}};
  const std::string token = presented_token(request, Query(), "https://hooks.example");
  must(token.empty() || is_of_own_origin(request, "https://hooks.example"));
  request.headers.push_back({"sec-fetch-site", "cross-site"});
  must(presented_token(request, Query(), "https://hooks.example").empty());
  return 0;
}
