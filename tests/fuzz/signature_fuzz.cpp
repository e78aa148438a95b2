#include "handler/auth/login.h"
#include "handler/auth/signature_header.h"
#include "handler/http/address.h"
#include "tests/fuzz/target.h"

using namespace towermill;  // NOLINT(google-build-using-namespace)

namespace {

void check_header(SignatureForm form, std::string_view prefix, std::string_view text) {
  const auto header = parse_signature_header(form, prefix, text);
  if (!header) return;
  must(!header->signatures.empty() && header->signatures.size() <= most_signatures);
  for (const std::string_view signature : header->signatures)
    must(!signature.empty() && text.find(signature) != std::string_view::npos);
  must((form == SignatureForm::pairs) == !header->timestamp.empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view text = text_of(bytes, size);
  check_header(SignatureForm::plain, "sha256=", text);
  check_header(SignatureForm::plain, "", text);
  check_header(SignatureForm::pairs, "v1", text);
  check_header(SignatureForm::list, "v1", text);
  for (const TimeForm form : {TimeForm::seconds, TimeForm::milliseconds, TimeForm::rfc3339})
    (void)parse_timestamp(form, text);
  if (is_delivery_id(text)) must(text.find('.') == std::string_view::npos);
  if (const auto login = parse_basic(text)) must(login->user.find(':') == std::string::npos);
  if (const auto range = parse_address_range(text)) must(range->has(range->first));
  return 0;
}
