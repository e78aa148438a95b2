#include "handler/cli/command_line.h"

int main(int argc, char** argv) { return towermill::command_line(argc, argv); }
