#include "handler/api/cors.h"

#include <algorithm>
#include <string>

#include "runner/base/text.h"

namespace towermill {

namespace {

bool says_itself(const Response& response) {
  return std::any_of(response.headers.begin(), response.headers.end(), [](const Header& header) {
    return equals_ignoring_case(header.name, "access-control-allow-origin") ||
           equals_ignoring_case(header.name, "access-control-allow-credentials");
  });
}

bool is_any(const Texts& origins) {
  return origins.empty() || std::find(origins.begin(), origins.end(), "*") != origins.end();
}

bool is_listed(std::string_view origin, const Texts& origins) {
  return std::any_of(origins.begin(), origins.end(),
                     [&](const std::string& listed) { return equals_ignoring_case(listed, origin); });
}

}  // namespace

void let_pages_read(Response& response, const Request& request, const Texts& origins) {
  if (says_itself(response)) return;
  const std::string_view origin = request.header("origin");
  const bool any = is_any(origins);
  // Or a cache would hand one origin's answer to another, with the wrong permission or with none.
  if (!any) response.headers.push_back({"Vary", "Origin"});
  if (!any && !is_listed(origin, origins)) return;
  response.headers.push_back({"Access-Control-Allow-Origin", any ? "*" : std::string(origin)});
  response.headers.push_back({"Access-Control-Expose-Headers", "*"});
}

Response options_response(const Request& request, std::string_view methods) {
  Response response{200, {{"Allow", std::string(methods)}}, ""};
  if (!request.header("access-control-request-method").empty()) {
    response.headers.push_back({"Access-Control-Allow-Methods", std::string(methods)});
    // "*" does not stand for Authorization.
    response.headers.push_back({"Access-Control-Allow-Headers", "authorization, content-type, *"});
    response.headers.push_back({"Access-Control-Max-Age", "600"});
  }
  const std::string_view sender = request.header("webhook-request-origin");
  if (!sender.empty() && is_header_value(sender)) {
    response.headers.push_back({"WebHook-Allowed-Origin", std::string(sender)});
    response.headers.push_back({"WebHook-Allowed-Rate", "*"});
  }
  return response;
}

}  // namespace towermill
