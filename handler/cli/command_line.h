#pragma once
// The command line: hands argv to one of the commands. The only user of CLI11.

namespace towermill {

/// Runs the program; returns its exit status (100 for wrong settings or arguments).
int command_line(int argc, char** argv);

}  // namespace towermill
