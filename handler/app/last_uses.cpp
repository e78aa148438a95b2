#include "handler/app/last_uses.h"

#include <exception>

namespace towermill {

void write_last_uses(Tokens& tokens, const Log& log) {
  try {
    if (const auto written = tokens.uses().write(*tokens.store()); !written)
      log.warning("a token's last use cannot be written", {{"why", written.error().message}});
  } catch (const std::exception& error) {
    log.warning("a token's last use cannot be written", {{"why", error.what()}});
  }
}

LastUses::LastUses(Tokens& tokens, const Log& log)
    : tokens_(tokens), thread_(small_stack_bytes, [&tokens, &log] {
        while (tokens.uses().wait()) write_last_uses(tokens, log);
        write_last_uses(tokens, log);
      }) {}

LastUses::~LastUses() { tokens_.uses().end(); }

}  // namespace towermill
