"""What a start costs: the harness is compiled once, and imports what every script needs and no more."""
import pathlib
import subprocess
import tempfile
import unittest

from driver import MODULE, PYTHON, START, run, stored_harness
from results_test import TEXTS


class Starting(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def compiled(self):
        return list(pathlib.Path(self.folder, "__pycache__").iterdir())

    def test_the_harness_is_compiled_by_the_first_run_alone(self):
        harness = stored_harness(self.folder)
        self.assertEqual(run("def main(): return 1", harness=harness).result, 1)
        first, = self.compiled()
        inode = first.stat().st_ino
        self.assertEqual(run("def main(): return 2", harness=harness).result, 2)
        self.assertEqual([file.stat().st_ino for file in self.compiled()], [inode])

    def test_a_compiled_harness_that_was_lost_half_way_is_made_again(self):
        harness = stored_harness(self.folder)
        run("def main(): return 1", harness=harness)
        first, = self.compiled()
        whole = first.read_bytes()
        for kept in (0, 15, 16, 17, 100, len(whole) // 2, len(whole) - 1):
            with self.subTest(kept):
                first.write_bytes(whole[:kept])
                for _ in range(2):
                    self.assertEqual(run("def main(): return 2", harness=harness).result, 2)
                self.assertEqual(first.stat().st_size, len(whole))

    def test_a_compiled_harness_that_is_lost_and_cannot_be_removed_does_no_harm(self):
        harness = stored_harness(self.folder)
        run("def main(): return 1", harness=harness)
        first, = self.compiled()
        first.write_bytes(first.read_bytes()[:100])
        removed = START.replace("os.unlink(kept)", "raise OSError")
        for _ in range(2):
            self.assertEqual(run("def main(): return 2", harness=harness, program=removed).result, 2)

    def test_a_script_finds_no_module_that_json_or_re_would_have_brought(self):
        asked = "{'re', 'json', 'enum', 'collections'} & set(sys.modules)"
        command = [PYTHON, "-I", "-c", f"import sys; print(sorted({asked}))"]
        bare = subprocess.run(command, capture_output=True, text=True)
        self.assertEqual(run(f"import sys\ndef main(): return str(sorted({asked}))").result, bare.stdout.strip())

    def test_an_interpreter_whose_json_is_made_otherwise_gives_the_same(self):
        harness = stored_harness(self.folder, MODULE.replace("from _json import", "from _no_json import"))
        for name, (expression, text) in TEXTS.items():
            with self.subTest(name):
                got = run(f"def main(a): return {expression}", {"a": 1}, harness=harness)
                self.assertEqual(got.raw_result, b'{"type":"result","result":' + text + b"}")


if __name__ == "__main__":
    unittest.main()
