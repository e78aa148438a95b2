#pragma once
// What a source says about the settings, before anything is believed.

#include <string>
#include <vector>

#include "handler/config/settings.h"

namespace towermill {

/// One setting's value in one source.
struct Given {
  const SettingRow* row;
  Texts items;        // one; for a row of several values any number
  std::string where;  // "/etc/towermill/towermill.yaml:3", "TOWERMILL_TIMEOUT_S", "--timeout-s"
};

/// Collects what is wrong, so that the operator sees all of it at once.
using Complaints = std::vector<std::string>;

std::vector<Given> given_in_file(const SettingsSources& sources, Complaints& complaints);
std::vector<Given> given_in_environment(const Texts& environment, Complaints& complaints);
std::vector<Given> given_as_flags(const std::vector<std::pair<std::string, std::string>>& flags,
                                  Complaints& complaints);

/// "there is no setting X (where); did you mean Y?"
std::string unknown_setting(std::string_view name, const std::string& where);

}  // namespace towermill
