#pragma once
// Requests, and their args or refusal as one text.

#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "handler/args/args.h"

namespace towermill {

struct Posted {
  Request head;
  std::string body;
};

inline Posted post(std::string body, std::vector<Header> headers = {}) {
  return {{"POST", {}, "", std::move(headers), ""}, std::move(body)};
}

inline Posted get(std::vector<Header> headers = {}) { return {{"GET", {}, "", std::move(headers), ""}, ""}; }

inline Posted post_as(std::string type, std::string body) {
  return post(std::move(body), {{"content-type", std::move(type)}});
}

inline std::string shown(const std::variant<Args, Response>& args) {
  if (const auto* response = std::get_if<Response>(&args))
    return std::to_string(response->status) + " " + response->body;
  return std::get<Args>(args).text;
}

inline std::string args_of(const Posted& posted, std::string_view query = "",
                           const ArgsOptions& options = {}) {
  const Query parsed = *Query::parse(query);
  const auto asked = asked_in(parsed);
  if (!asked) return "400 Bad request: " + asked.error().message;
  return shown(make_args(posted.head, {.bytes = posted.body}, parsed, *asked, options));
}

}  // namespace towermill
