#include "handler/args/body_kinds.h"

namespace towermill {

// All that there is of it is raw_string, which every kind may have.
Gathered args_of_other(const BodyInput& /*input*/) { return ArgsObject(); }

}  // namespace towermill
