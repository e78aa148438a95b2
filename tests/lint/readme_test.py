"""What the README says is what the program does."""

import os
import re
import subprocess
import unittest

from tree import ROOT, files

PROGRAM = os.environ.get("TOWERMILL", str(ROOT / "build/release/towermill"))
README = ROOT / "README.md"
# <!-- settings --> in the README begins what `towermill settings --markdown` prints, <!-- /settings --> ends it.
TABLES = {"settings": ["settings", "--markdown"]}


def between(text, mark):
    found = re.search(rf"<!-- {mark} -->\n(.*?)<!-- /{mark} -->", text, re.S)
    return found and found.group(1).strip()


class Readme(unittest.TestCase):
    @unittest.skipUnless(os.path.exists(PROGRAM), "the program is not built")
    def test_its_tables_are_the_programs_own(self):
        for mark, command in TABLES.items():
            printed = subprocess.run([PROGRAM, *command], capture_output=True, text=True)
            self.assertEqual(printed.returncode, 0, printed.stderr)
            self.assertEqual(between(README.read_text(), mark), printed.stdout.strip(), f"the table of {mark}")

    def test_the_files_it_names_are_there(self):
        named = re.findall(r"\]\((?!https?:|#)([^)#]+)", README.read_text())
        self.assertEqual([file for file in named if not (ROOT / file).exists()], [])

    def test_the_scripts_it_shows_are_the_examples(self):
        for language, shown in re.findall(r"```(python|bash)\n(.*?)```", README.read_text(), re.S):
            first, _, source = shown.partition("\n")
            file = re.match(r"# (nginx/examples/\S+)$", first)
            if file:
                self.assertEqual(source, (ROOT / file.group(1)).read_text(), (language, file.group(1)))

    def test_the_parts_of_the_house_describe_themselves(self):
        missing = [part for part in ("handler", "runner", "tests") if not (ROOT / part / "README.md").exists()]
        self.assertEqual(missing, [])

    def test_every_example_is_valid(self):
        for path in files(".py", below=("nginx",)):
            compile(path.read_text(), str(path), "exec")


if __name__ == "__main__":
    unittest.main()
