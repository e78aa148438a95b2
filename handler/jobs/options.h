#pragma once
// What a job's steps take from the settings.

#include "handler/args/args.h"
#include "handler/config/settings.h"
#include "handler/jobs/job.h"
#include "handler/reply/reply.h"
#include "runner/protocol/limits.h"

namespace towermill {

inline ReplyOptions reply_options(const Settings& settings, const Limits& limits) {
  return {.failure_status = static_cast<int>(settings.failure_status),
          .string_body = settings.string_body,
          .allow_x_accel = settings.allow_x_accel,
          .json_depth_limit = static_cast<std::size_t>(limits.json_depth_limit),
          .result_limit_bytes = static_cast<std::size_t>(limits.result_limit_bytes)};
}

inline ArgsOptions args_options(const Settings& settings) {
  return {.json_depth_limit = static_cast<std::size_t>(settings.json_depth_limit),
          .include_headers = settings.include_headers,
          .form = {.fields = static_cast<std::size_t>(settings.form_fields_limit),
                   .name_bytes = static_cast<std::size_t>(settings.name_limit_bytes)}};
}

inline RunEnvironment run_environment(const Settings& settings) {
  return {.path = settings.path, .base_url = settings.base_url, .extra = settings.envs};
}

}  // namespace towermill
