#include "handler/cli/start.h"

int main(int argc, char** argv) { return towermill::start(argc, argv); }
