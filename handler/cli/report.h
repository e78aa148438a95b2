#pragma once
// What `towermill check` says: findings as they come, and how many would fail.

#include <string_view>

#include "handler/app/look.h"

namespace towermill {

class Report {
 public:
  void fine(std::string_view what);
  void note(std::string_view what);
  void wrong(std::string_view what, std::string_view mend);
  void all(const Findings& findings);

  /// The command's exit status.
  int status() const;
  int count() const { return wrong_; }

 private:
  int wrong_ = 0;
};

}  // namespace towermill
