#pragma once
// What the settings say of bodies and args.

#include <cstddef>
#include <string>
#include <vector>

#include "handler/args/multipart_form.h"
#include "handler/http/form.h"
#include "handler/observe/log.h"

namespace towermill {

struct ArgsOptions {
  std::size_t json_depth_limit = 128;
  std::vector<std::string> include_headers = {};  // of every request, besides those asked for
  std::size_t body_limit_bytes = 16U << 20;
  FormLimits form = {};
  MultipartOptions multipart = {};
  const Log* log = nullptr;  // told why a file could not be stored; nullptr: nobody is
};

}  // namespace towermill
