#include "handler/front/cgi_request.h"

#include <algorithm>
#include <utility>

#include "handler/http/form.h"
#include "runner/base/text.h"

namespace towermill {

namespace {

constexpr std::string_view header_prefix = "HTTP_";

std::string_view get(const CgiVariables& variables, std::string_view name) {
  const auto found = variables.find(name);
  return found == variables.end() ? std::string_view() : std::string_view(found->second);
}

std::string header_name(std::string_view variable) {
  std::string name = to_lower(variable);
  std::replace(name.begin(), name.end(), '_', '-');
  return name;
}

void add_headers(const CgiVariables& variables, Request& request) {
  for (const auto& [name, value] : variables) {
    if (!name.starts_with(header_prefix)) continue;
    std::string lower = header_name(std::string_view(name).substr(header_prefix.size()));
    // Proxy is no request header: only an attempt on programs that read HTTP_PROXY (CVE-2016-5385).
    if (lower != "proxy" && !value.empty()) request.headers.push_back({std::move(lower), value});
  }
  // nginx tells of it under both names.
  const auto type = get(variables, "CONTENT_TYPE");
  if (!type.empty() && request.header("content-type").empty())
    request.headers.push_back({"content-type", std::string(type)});
}

/// Takes a whole-segment prefix off: "/hooks" off "/hooks/api", not off "/hooksapi".
bool take_off(std::string_view& path, std::string_view prefix) {
  while (prefix.ends_with('/')) prefix.remove_suffix(1);
  if (prefix.empty() || !path.starts_with(prefix)) return false;
  if (path.size() > prefix.size() && path[prefix.size()] != '/') return false;
  path.remove_prefix(prefix.size());
  return true;
}

/// An absolute-form target (RFC 9112 section 3.2.2) is reduced to its path.
std::string_view path_of(std::string_view target) {
  target = target.substr(0, target.find_first_of("?#"));
  if (target.starts_with('/')) return target;
  const auto authority = target.find("://");
  if (authority == std::string_view::npos) return target;
  const auto slash = target.find('/', authority + 3);
  return slash == std::string_view::npos ? "/" : target.substr(slash);
}

Result<std::vector<std::string>> decode_segments(std::string_view path) {
  std::vector<std::string> segments;
  if (path.starts_with('/')) path.remove_prefix(1);
  for (const std::string& raw : split(path, '/')) {
    auto decoded = percent_decode(raw);
    if (!decoded) return decoded.error();
    segments.push_back(std::move(*decoded));
  }
  return segments;
}

/// PATH_INFO is already decoded (RFC 3875 section 4.1.5).
std::vector<std::string> segments_of_path_info(std::string_view path) {
  if (path.starts_with('/')) path.remove_prefix(1);
  return split(path, '/');
}

}  // namespace

CgiVariables to_variables(const char* const* strings) {
  CgiVariables variables;
  for (; strings != nullptr && *strings != nullptr; ++strings) {
    const std::string_view text = *strings;
    const auto equals = text.find('=');
    if (equals == std::string_view::npos) continue;
    const std::string_view name = text.substr(0, equals), value = text.substr(equals + 1);
    const auto [place, is_first] = variables.emplace(name, value);
    if (!is_first && name.starts_with(header_prefix))
      place->second.append(name == "HTTP_COOKIE" ? "; " : ", ").append(value);
  }
  return variables;
}

Result<Request> to_request(const CgiVariables& variables, std::string_view base_path) {
  Request request;
  request.method = get(variables, "REQUEST_METHOD");
  request.query = get(variables, "QUERY_STRING");
  request.remote_address = get(variables, "REMOTE_ADDR");
  add_headers(variables, request);

  const std::string_view target = get(variables, "REQUEST_URI");
  if (target.empty()) {
    request.segments = segments_of_path_info(get(variables, "PATH_INFO"));
    return request;
  }
  std::string_view path = path_of(target);
  // nginx's stock parameters put the whole path into SCRIPT_NAME: a mount shows itself by a PATH_INFO behind
  // it.
  if (!take_off(path, base_path) && !get(variables, "PATH_INFO").empty())
    take_off(path, get(variables, "SCRIPT_NAME"));
  if (request.query.empty()) {
    if (const auto mark = target.find('?'); mark != std::string_view::npos)
      request.query = target.substr(mark + 1);
  }
  auto segments = decode_segments(path);
  if (!segments) return segments.error();
  request.segments = std::move(*segments);
  return request;
}

Result<std::optional<std::size_t>> body_length(const CgiVariables& variables) {
  const std::string_view text = get(variables, "CONTENT_LENGTH");
  if (text.empty() && equals_ignoring_case(get(variables, "HTTP_TRANSFER_ENCODING"), "chunked"))
    return std::optional<std::size_t>();
  if (text.empty()) return std::optional<std::size_t>(0);
  const auto length = to_integer(text);
  if (!length || *length < 0) return Error{"Content-Length is no number"};
  return std::optional(static_cast<std::size_t>(*length));
}

}  // namespace towermill
