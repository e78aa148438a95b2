"""All that the interpreter compiles for every run, given to it with -c: the harness is a module in the folder that is
the argument, so that Python keeps it compiled."""
import sys
sys.path.insert(0, sys.argv[1])
import towermill_harness
del sys.path[0]
towermill_harness.main()
