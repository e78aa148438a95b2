"""clang-tidy, over the program's own sources: all of them in a full run, else those that were changed last, for it
takes seconds a file. One that passed is not looked at again until it, a header or the rules change."""

import hashlib
import json
import os
import subprocess
import unittest
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tree import ROOT, files, name

BUILD = ROOT / "build/release"
PASSED = ROOT / "build/tests/tidy"
EVERY_DAY = 60  # files


def common_hash():
    whole = hashlib.sha256()
    for path in files(".h", ".tbl", below=("handler", "runner")) + [ROOT / ".clang-tidy"]:
        whole.update(name(path).encode() + b"\0" + path.read_bytes() + b"\0")
    return whole.digest()


def our_sources():
    commands = json.loads((BUILD / "compile_commands.json").read_text())
    ours = (str(ROOT / "handler") + "/", str(ROOT / "runner") + "/")
    return sorted({entry["file"] for entry in commands if entry["file"].startswith(ours)})


def last_changed(sources):
    """The files that the latest commits, and nobody yet, have changed; all of them where no history tells."""
    if os.environ.get("TOWERMILL_TESTS") == "full":
        return sources
    asked = [["status", "--porcelain", "--no-renames", "-uall"], ["log", "--name-only", "--format=", "-n", "500"]]
    lines = []
    for words in asked:
        run = subprocess.run(["git", "-C", str(ROOT), *words], capture_output=True, text=True)
        if run.returncode != 0:
            return sources
        lines += [str(ROOT / line.split()[-1]) for line in run.stdout.splitlines() if line]
    by_age = {line: place for place, line in reversed(list(enumerate(lines)))}
    return sorted(sources, key=lambda source: by_age.get(source, len(lines)))[:EVERY_DAY]


def complaints(source, common):
    """What clang-tidy says of the file; "" if nothing."""
    mark = PASSED / hashlib.sha256(common + source.encode() + b"\0" + Path(source).read_bytes()).hexdigest()
    if mark.exists():
        return ""
    run = subprocess.run(["clang-tidy", "-p", str(BUILD), "--quiet", source], capture_output=True, text=True)
    if run.returncode == 0:
        mark.touch()
        return ""
    return run.stdout + run.stderr


class Tidy(unittest.TestCase):
    @unittest.skipUnless((BUILD / "compile_commands.json").exists(), "the release preset is not configured")
    def test_clang_tidy_has_no_complaints(self):
        PASSED.mkdir(parents=True, exist_ok=True)
        common = common_hash()
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            said = list(pool.map(lambda source: complaints(source, common), last_changed(our_sources())))
        self.assertEqual("".join(said), "")


if __name__ == "__main__":
    unittest.main()
