#include "handler/auth/presented.h"

#include "runner/base/text.h"

namespace towermill {

namespace {

/// "https://a.example:8443" of "https://a.example:8443/x"; "" of what is no such address.
std::string_view origin_in(std::string_view url) {
  const auto scheme = url.find("://");
  if (scheme == std::string_view::npos) return {};
  return url.substr(0, url.find('/', scheme + 3));
}

std::string_view host_in(std::string_view origin) { return origin.substr(origin.find("://") + 3); }

/// The server does not know by which scheme it is reached, unless base_url says so.
bool is_own(std::string_view origin, const Request& request, std::string_view base_url) {
  if (origin.empty() || host_in(origin).empty()) return false;
  if (equals_ignoring_case(origin, origin_in(base_url))) return true;
  const bool is_less = to_lower(base_url).starts_with("https:") && !to_lower(origin).starts_with("https:");
  return !is_less && equals_ignoring_case(host_in(origin), request.header("host"));
}

bool is_read(const Request& request) { return request.method == "GET" || request.method == "HEAD"; }

}  // namespace

std::string_view bearer_in(std::string_view authorization) {
  constexpr std::string_view scheme = "bearer ";
  if (authorization.size() < scheme.size() ||
      !equals_ignoring_case(authorization.substr(0, scheme.size()), scheme))
    return {};
  return trim(authorization.substr(scheme.size()));
}

std::string_view cookie_in(std::string_view header, std::string_view name) {
  while (!header.empty()) {
    const auto end = header.find(';');
    const std::string_view pair = trim(header.substr(0, end));
    const auto equals = pair.find('=');
    if (equals != std::string_view::npos && pair.substr(0, equals) == name) return pair.substr(equals + 1);
    header = end == std::string_view::npos ? std::string_view() : header.substr(end + 1);
  }
  return {};
}

bool is_of_own_origin(const Request& request, std::string_view base_url) {
  // "none" may be a link in a mail.
  const std::string_view site = request.header("sec-fetch-site");
  if (!site.empty()) return site == "same-origin";
  const std::string_view origin = request.header("origin");
  if (!origin.empty()) return is_own(origin_in(origin), request, base_url);
  const std::string_view referer = request.header("referer");
  if (!referer.empty()) return is_own(origin_in(referer), request, base_url);
  return !is_read(request);
}

std::string presented_token(const Request& request, const Query& query, std::string_view base_url) {
  if (const auto token = bearer_in(request.header("authorization")); !token.empty())
    return std::string(token);
  const auto cookie = cookie_in(request.header("cookie"), "token");
  if (!cookie.empty() && is_of_own_origin(request, base_url)) return std::string(cookie);
  return std::string(query.get("token").value_or(""));
}

}  // namespace towermill
