"""The base of tests of the commands: the program as a person starts it, in a folder of its own."""

import subprocess
import tempfile
import textwrap
import unittest
from pathlib import Path

from rig import PROGRAM


class Commands(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.home = Path(self.folder.name)
        self.no_settings = tempfile.NamedTemporaryFile(suffix=".yaml")
        self.workspace = self.home / "workspace"
        self.environment = {"PATH": "/usr/bin:/bin", "TMPDIR": self.folder.name}

    def tearDown(self):
        self.folder.cleanup()
        self.no_settings.close()

    def towermill(self, *arguments, **more):
        # Not the settings of a Towermill that this machine may have.
        if arguments[0] in ("serve", "run", "check", "versions", "openapi") and "--config" not in arguments:
            arguments += ("--config", self.no_settings.name)
        more = {"env": self.environment, "cwd": self.home, "stdin": subprocess.DEVNULL} | more
        return subprocess.run([PROGRAM, *arguments], capture_output=True, text=True, timeout=60, **more)

    def script(self, file, source):
        target = self.workspace / file
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(textwrap.dedent(source).lstrip("\n"))

    def run_script(self, path, *arguments):
        return self.towermill("run", path, *arguments, "--workspace", str(self.workspace))

    def check(self, *flags):
        self.workspace.mkdir(exist_ok=True)
        flags = ("--workspaces", f"demo={self.workspace}", "--state-dir", f"{self.home}/run",
                 "--socket", f"{self.home}/handler.sock", "--token-sha256", "0" * 64, *flags)
        return self.towermill("check", *flags)
