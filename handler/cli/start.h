#pragma once
// Who has started this program, and what for.

namespace towermill {

/// Runs the program and returns its exit status: a web server's CGI request where there is one, a web
/// server's FastCGI process where descriptor 0 is a listening socket and nothing else is said, else the
/// command line.
int start(int argc, char** argv);

}  // namespace towermill
