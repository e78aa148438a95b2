"""The base of the tests of forked runs."""

import json

import processes
from case import RigCase
from rig import wait_until


class ForkCase(RigCase):
    def warm(self, path, args=None, **more):
        """Runs it until it is forked; the answer of that run."""
        found = []

        def is_forked():
            found[:] = [self.rig.run(path, args, **more)]
            return self.way_of(found[0]) == "fork"

        self.assertTrue(wait_until(is_forked, 30, 0.1), "no run was forked:\n" + self.rig.log()[-3000:])
        return found[0]

    def line_of(self, answer):
        job = answer.header("X-Towermill-Job")
        lines = []

        def logged():
            lines[:] = [line for line in self.rig.log().splitlines() if job in line and '"event":"run"' in line]
            return lines

        self.assertTrue(wait_until(logged, 20), f"no run {job} in the log")
        return json.loads(lines[0])

    def way_of(self, answer):
        return self.line_of(answer)["way"]

    def fork_server(self):
        """The one that the last forked run came from; None where runs are cold."""
        path = self.rig.script("f/t/parent.py", "import os\ndef main(): return os.getppid()")
        parent = self.rig.run(path).json()
        return None if parent == self.rig.server_pid else parent
