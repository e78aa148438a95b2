#pragma once
// A custom route as its author wrote it: <name>.http_trigger.yaml, in Windmill's format.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "handler/http/address.h"
#include "handler/workspace/authentication.h"
#include "handler/workspace/route_pattern.h"
#include "runner/base/result.h"

namespace towermill {

inline constexpr std::string_view trigger_ending = ".http_trigger.yaml";

enum class RequestType { sync, async, sync_sse };
enum class TriggerMode { enabled, disabled, suspended };

struct HttpTrigger {
  std::string file;    // "f/shop/order.http_trigger.yaml"
  std::string method;  // "POST"; empty where the file has none that is right: any
  RoutePattern path;   // as written, without the workspace's name
  std::string script_path;
  Authentication authentication = {};
  RequestType request_type = RequestType::sync;
  TriggerMode mode = TriggerMode::enabled;
  bool is_flow = false;
  bool is_static = false;   // a website or a file, and no script
  bool workspaced = false;  // the workspace's name stands before its path
  bool wrap_body = false;
  bool raw_string = false;
  bool accept_once = true;  // a signed delivery, however often it is sent
  std::optional<std::vector<std::string>> allowed_origins = {};     // in place of the setting
  std::optional<std::vector<AddressRange>> allowed_addresses = {};  // nullopt: all
  std::string summary = {}, description = {};
  /// "file:3: what is wrong": it may not run anything.
  std::string fault = {};
};

/// Error, "file:3: what is wrong": it is not even known which path it answers to. What else is wrong is the
/// trigger's fault. Unknown keys are fine.
Result<HttpTrigger> parse_http_trigger(std::string_view yaml, std::string_view file);

/// Why a trigger that has no fault answers 501, whoever calls; "" where it does not.
std::string unsupported_in(const HttpTrigger& trigger);

/// "file:3: …" for each key that means nothing, or that nothing here heeds.
std::vector<std::string> slips_in_trigger(std::string_view yaml, std::string_view file);

}  // namespace towermill
