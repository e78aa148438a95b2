"""All that the interpreter compiles for every run, given to it with -c: the harness is a module in the folder that is
the first argument, so that Python keeps it compiled. With further arguments, what starts is the fork server."""
import sys
sys.path.insert(0, sys.argv[1])
program = "towermill_fork_server" if sys.argv[2:] else "towermill_harness"
try:
    program = __import__(program)
except (EOFError, TypeError, ValueError):  # kept half: the disk was full, or the file too long for the run's limit
    import os
    from _frozen_importlib_external import cache_from_source
    folder = sys.path[0]
    sys.pycache_prefix = os.devnull  # nothing is kept there
    program = __import__(program)
    sys.pycache_prefix = None
    for name in ("towermill_harness", "towermill_fork_server"):
        try:
            kept = cache_from_source(f"{folder}/{name}.py")
            os.unlink(kept)
        except OSError:
            pass
del sys.path[0]
program.main()
