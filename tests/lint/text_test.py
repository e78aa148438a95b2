"""How files are written: their length, their words, their form."""

import re
import shutil
import subprocess
import unittest

from tree import ROOT, files, name

CODE = (".cpp", ".h", ".tbl", ".py", ".sh", ".mjs", ".ts", ".php")
LONGEST_FILE = 350
# Spelled in halves, so that this file passes its own check.
UNFINISHED = re.compile(r"\b(" + "|".join(("TO" + "DO", "FIX" + "ME", "X" + "XX", "not " + "implemented")) + r")\b")


def shell_files():
    scripts = [path for path in files(below=()) if not path.suffix and path.is_relative_to(ROOT)]
    shells = [path for path in scripts if path.read_bytes()[:2] == b"#!" and b"bash" in path.read_bytes()[:30]]
    return shells + [path for path in files(".sh", below=("nginx", "tests")) if "examples" not in path.parts]


class Text(unittest.TestCase):
    def test_no_file_of_code_is_longer_than_a_concern(self):
        lengths = {name(path): len(path.read_text().splitlines()) for path in files(*CODE)}
        self.assertEqual({file: lines for file, lines in lengths.items() if lines > LONGEST_FILE}, {})

    def test_nothing_is_left_for_later(self):
        found = [
            f"{name(path)}:{number}: {line.strip()}"
            for path in files(*CODE)
            for number, line in enumerate(path.read_text().splitlines(), 1)
            if UNFINISHED.search(line)
        ]
        self.assertEqual(found, [])

    def test_lines_end_where_their_text_does(self):
        found = [
            f"{name(path)}:{number}"
            for path in files(*CODE, ".txt", ".conf", ".yaml")
            for number, line in enumerate(path.read_text().split("\n"), 1)
            if line != line.rstrip()
        ]
        self.assertEqual(found, [])

    def test_every_file_ends_with_a_line_end(self):
        texts = ((path, path.read_bytes()) for path in files(*CODE, ".md", ".conf", ".yaml", ".txt"))
        self.assertEqual([name(path) for path, text in texts if text and not text.endswith(b"\n")], [])

    def test_python_lines_fit(self):
        found = [
            f"{name(path)}:{number}"
            for path in files(".py")
            for number, line in enumerate(path.read_text().splitlines(), 1)
            if len(line) > 120
        ]
        self.assertEqual(found, [])

    def test_the_sources_are_in_the_format_of_clang_format(self):
        sources = [str(path) for path in files(".cpp", ".h")]
        checked = subprocess.run(
            ["clang-format", "--dry-run", "--Werror", *sources], cwd=ROOT, capture_output=True, text=True
        )
        wrong = sorted({line.partition(":")[0] for line in checked.stderr.splitlines() if ": error:" in line})
        self.assertEqual(checked.returncode, 0, "run clang-format -i on: " + " ".join(wrong))

    @unittest.skipUnless(shutil.which("shellcheck"), "shellcheck is not installed")
    def test_the_shell_scripts_satisfy_shellcheck(self):
        scripts = [str(path) for path in shell_files()]
        checked = subprocess.run(["shellcheck", "-x", "-P", "SCRIPTDIR", *scripts], capture_output=True, text=True)
        self.assertEqual(checked.returncode, 0, checked.stdout)


if __name__ == "__main__":
    unittest.main()
