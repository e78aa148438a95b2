#include "handler/args/event.h"

#include <algorithm>
#include <map>
#include <utility>

#include "handler/args/args_object.h"
#include "runner/base/json.h"

namespace towermill {
namespace {

using TextsByName = std::map<std::string, std::string>;

std::string object_of(const TextsByName& texts) {
  ArgsObject object;
  for (const auto& [name, text] : texts) object.put_own(name, json_quote(text));
  return std::move(object).text();
}

/// Several of one name are one list (RFC 9110 section 5.3), of cookies with semicolons.
std::string headers_of(const Request& request, const ArgsAsked& asked) {
  TextsByName headers;
  for (const auto& [name, value] : request.headers) {
    if (asked.withholds(value)) continue;
    const auto [place, first] = headers.emplace(name, value);
    if (!first) place->second += (name == "cookie" ? "; " : ", ") + value;
  }
  return object_of(headers);
}

std::string query_of(const Query& query, const ArgsAsked& asked) {
  TextsByName values;
  for (const auto& [name, value] : query.items())
    if (!asked.withholds(value)) values[name] = value;
  return object_of(values);
}

std::string params_of(const ArgsAsked& asked) {
  ArgsObject params;
  for (const ExtraArg& extra : asked.extra) params.put(extra.name, extra.json);
  return std::move(params).text();
}

/// What a webhook and a route tell of themselves beside the body.
void put_origin(ArgsObject& object, const Request& request, const Query& query, const ArgsAsked& asked,
                const EventAsked& event) {
  if (event.route) {
    object.put_own("route", json_quote(event.route->route));
    object.put_own("path", json_quote(event.route->path));
    object.put_own("method", json_quote(request.method));
    object.put_own("params", params_of(asked));
    object.put_own("trigger_path", json_quote(event.route->trigger_path));
  }
  object.put_own("query", query_of(query, asked));
  object.put_own("headers", headers_of(request, asked));
}

std::string kind_of(const EventAsked& event) { return event.route ? R"("http")" : R"("webhook")"; }

bool has(const std::vector<std::string>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// {"kind":"webhook"}, or {"kind":"http","http":{…}}
std::string trigger_of(const Request& request, const Query& query, const ArgsAsked& asked,
                       const EventAsked& event) {
  ArgsObject trigger;
  trigger.put_own("kind", kind_of(event));
  if (event.route) {
    ArgsObject http;
    put_origin(http, request, query, asked, event);
    trigger.put_own("http", std::move(http).text());
  }
  return std::move(trigger).text();
}

/// The body's value as it came, and beside it what is no value of JSON.
std::string event_of(std::string_view body_args, const Request& request, const Query& query,
                     const ArgsAsked& asked, const EventAsked& event) {
  ArgsObject object;
  object.put_own("kind", kind_of(event));
  object.put_own("body", "{}");
  object.put_own("raw_string", "null");
  if (request.method == "GET") {
    object.put("body", body_args);  // of a payload
  } else {
    const auto members = parse_json(body_args, made_json_depth, JsonArrays::closed);
    for (const JsonMember& member : members->members) object.put(member.key, member.raw);
  }
  put_origin(object, request, query, asked, event);
  return std::move(object).text();
}

/// A lone parameter gets the event, whatever its name is.
std::string name_of_event(const std::vector<std::string>& parameters) {
  const bool other = parameters.size() == 1 && !parameters.front().starts_with("anon");
  return other ? parameters.front() : "event";
}

}  // namespace

std::variant<Args, Response> make_event_args(const Request& request, Body body, const Query& query,
                                             const ArgsAsked& asked, const ArgsOptions& options,
                                             const EventAsked& event) {
  if (has(event.parameters, "wm_trigger") && !has(event.parameters, "event")) {
    ArgsAsked with_trigger = asked;
    with_trigger.extra.push_back({"wm_trigger", trigger_of(request, query, asked, event)});
    return make_args(request, std::move(body), query, with_trigger, options);
  }
  ArgsAsked whole;
  whole.wrap = Wrap::everything;
  whole.raw = asked.raw;
  whole.payload = asked.payload;
  ArgsOptions alone = options;
  alone.include_headers.clear();
  auto made = make_args(request, std::move(body), query, whole, alone);
  auto* args = std::get_if<Args>(&made);
  if (args == nullptr) return made;
  ArgsObject object;
  object.put_own(name_of_event(event.parameters), event_of(args->text, request, query, asked, event));
  args->text = std::move(object).text();
  return made;
}

}  // namespace towermill
