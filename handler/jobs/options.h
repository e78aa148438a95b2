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

/// `jobs_dir`: where uploads have their folders. `room` and `log` outlive the options.
inline ArgsOptions args_options(const Settings& settings, const std::string& jobs_dir, UploadRoom& room,
                                const Log& log) {
  const auto size = [](std::int64_t number) { return static_cast<std::size_t>(number); };
  return {.json_depth_limit = size(settings.json_depth_limit),
          .include_headers = settings.include_headers,
          .body_limit_bytes = size(settings.body_limit_bytes),
          .form = {.fields = size(settings.form_fields_limit), .name_bytes = size(settings.name_limit_bytes)},
          .multipart = {.limits = {.parts = size(settings.multipart_parts_limit),
                                   .part_header_bytes = size(settings.part_header_limit_bytes)},
                        .name_bytes = size(settings.name_limit_bytes),
                        .memory_bytes = size(settings.body_limit_bytes),
                        .upload_bytes = size(settings.upload_limit_bytes),
                        .uploads_parent = jobs_dir,
                        .uploads_room = &room},
          .log = &log};
}

inline RunEnvironment run_environment(const Settings& settings) {
  return {settings.path, settings.base_url, settings.envs};
}

}  // namespace towermill
