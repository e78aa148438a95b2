"""All that the interpreter compiles for every run, given to it with -c: the harness is a module in the folder that is
the argument, so that Python keeps it compiled."""
import sys
sys.path.insert(0, sys.argv[1])
try:
    import towermill_harness
except (EOFError, TypeError, ValueError):  # kept half: the disk was full, or the file too long for the run's limit
    import os
    from _frozen_importlib_external import cache_from_source
    kept = cache_from_source(sys.path[0] + "/towermill_harness.py")
    sys.pycache_prefix = os.devnull  # nothing is kept there
    import towermill_harness
    sys.pycache_prefix = None
    try:
        os.unlink(kept)
    except OSError:
        pass
del sys.path[0]
towermill_harness.main()
