#include "handler/http/encoded_names.h"
#include "handler/http/header_parameters.h"
#include "handler/http/multipart.h"
#include "handler/http/part_head.h"
#include "tests/fuzz/target.h"

using namespace towermill;  // NOLINT(google-build-using-namespace)

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view text = text_of(bytes, size);
  const auto header = parse_parameters(text);
  if (header)
    for (const HeaderParameter& parameter : header->parameters)
      must(!parameter.name.empty() && header->find(parameter.name) == &parameter);
  must(decode_form_name(text).size() <= size);
  (void)decode_words(text);
  (void)decode_extended(text);
  if (const auto boundary = boundary_of(text)) must(!boundary->empty() && boundary->size() <= 70);
  (void)parse_part_head(text);
  return 0;
}
