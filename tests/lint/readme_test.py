"""What the README says is what the program does."""

import os
import re
import unittest

from tables import MARKS, PROGRAM, README, filled
from tree import ROOT, files


class Readme(unittest.TestCase):
    def test_it_has_a_place_for_every_table(self):
        self.assertEqual([mark for mark in MARKS if f"<!-- {mark} -->" not in README.read_text()], [])

    @unittest.skipUnless(os.path.exists(PROGRAM), "the program is not built")
    def test_its_tables_are_the_programs_own(self):
        text = README.read_text()
        self.assertTrue(text == filled(text), "run tests/lint/tables.py")

    def test_the_files_it_names_are_there(self):
        named = re.findall(r"\]\((?!https?:|#)([^)#]+)", README.read_text())
        self.assertEqual([file for file in named if not (ROOT / file).exists()], [])

    def test_the_scripts_it_shows_are_the_examples(self):
        for language, shown in re.findall(r"```(python|bash|typescript|yaml)\n(.*?)```", README.read_text(), re.S):
            first, _, source = shown.partition("\n")
            file = re.match(r"(?:#|//) (nginx/examples/\S+)$", first)
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
