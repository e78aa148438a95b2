#include "handler/cli/report.h"

#include <fmt/core.h>

#include <cstdlib>

namespace towermill {

void Report::fine(std::string_view what) { fmt::print("ok     {}\n", what); }

void Report::note(std::string_view what) { fmt::print("note   {}\n", what); }

void Report::wrong(std::string_view what, std::string_view mend) {
  ++wrong_;
  fmt::print("WRONG  {}\n", what);
  if (!mend.empty()) fmt::print("       {}\n", mend);
}

void Report::all(const Findings& findings) {
  for (const Finding& finding : findings) {
    if (finding.kind == Finding::fine) fine(finding.what);
    if (finding.kind == Finding::note) note(finding.what);
    if (finding.kind == Finding::wrong) wrong(finding.what, finding.mend);
  }
}

int Report::status() const { return wrong_ == 0 ? EXIT_SUCCESS : EXIT_FAILURE; }

}  // namespace towermill
