"""systemd's own opinion of the units."""

import os
import re
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

from tree import ROOT

UNITS = ROOT / "systemd"
HIGHEST_EXPOSURE = 2.9


class Units(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def analyze(self, *arguments):
        return subprocess.run(["systemd-analyze", *arguments], capture_output=True, text=True, timeout=60,
                              env=os.environ | {"LC_ALL": "C.UTF-8", "NO_COLOR": "1"})

    def test_they_are_well_formed(self):
        # Verification looks for the program: the copies name one that is there.
        true = shutil.which("true")
        copies = []
        for unit in UNITS.iterdir():
            text = re.sub(r"^(ExecStart=)\S+", rf"\1{true}", unit.read_text(), flags=re.M)
            copies.append(Path(self.folder.name) / unit.name)
            copies[-1].write_text(text)
        verified = self.analyze("verify", *map(str, copies))
        about_ours = [line for line in (verified.stdout + verified.stderr).splitlines() if "towermill" in line]
        self.assertEqual((verified.returncode, about_ours), (0, []), verified.stderr)

    def test_the_service_is_not_exposed_more_than_scripts_need(self):
        rated = self.analyze("security", "--offline=yes", "--no-pager", str(UNITS / "towermill.service"))
        found = re.search(r"Overall exposure level for towermill.service: ([0-9.]+)", rated.stdout)
        self.assertIsNotNone(found, rated.stderr)
        self.assertLessEqual(float(found[1]), HIGHEST_EXPOSURE)


if __name__ == "__main__":
    unittest.main()
