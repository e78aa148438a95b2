"""The commands, as a person types them."""

import subprocess
import tempfile
import textwrap
import unittest
from pathlib import Path

from rig import PROGRAM, SOURCE, wait_until

EXAMPLES = SOURCE / "nginx/examples"


class Commands(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.home = Path(self.folder.name)
        self.workspace = self.home / "workspace"
        self.environment = {"PATH": "/usr/bin:/bin", "TMPDIR": self.folder.name}

    def tearDown(self):
        self.folder.cleanup()

    def towermill(self, *arguments, **more):
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
        flags = (*flags, "--workspaces", f"demo={self.workspace}", "--state-dir", f"{self.home}/run",
                 "--socket", f"{self.home}/handler.sock", "--token-sha256", "0" * 64)
        return self.towermill("check", *flags)


class Run(Commands):
    def test_a_run_prints_the_answer_alone(self):
        ran = self.towermill("run", "f/examples/hello", '{"name":"Ada"}', "--workspace", str(EXAMPLES))
        self.assertEqual((ran.returncode, ran.stdout, ran.stderr), (0, '{"Hello":"Ada"}', ""))

    def test_with_i_it_shows_status_and_headers(self):
        ran = self.towermill("run", "f/examples/created", "-i", "--workspace", str(EXAMPLES))
        head, _, body = ran.stdout.partition("\n\n")
        self.assertEqual(head.splitlines()[0], "Status: 201 Created")
        self.assertIn("Content-Type: application/json", head)
        self.assertEqual(body, '{"Hello":"World"}')

    def test_the_folder_it_is_called_in_is_the_workspace(self):
        self.assertEqual(self.towermill("run", "f/examples/hello", cwd=EXAMPLES).returncode, 0)

    def test_what_the_script_prints_goes_to_standard_error(self):
        self.script("f/t/talks.py", "def main():\n    print('on the way')\n    return 1")
        ran = self.run_script("f/t/talks")
        self.assertEqual((ran.stdout, ran.stderr), ("1", "on the way\n"))

    def test_a_failure_is_a_failure(self):
        self.script("f/t/fails.py", "def main():\n    raise ValueError('why')")
        ran = self.run_script("f/t/fails")
        self.assertEqual(ran.returncode, 1)
        self.assertIn('"name":"ValueError"', ran.stdout)

    def test_a_script_that_is_not_there_is_named(self):
        self.workspace.mkdir()
        ran = self.run_script("f/t/nothing")
        self.assertEqual(ran.returncode, 1)
        self.assertIn("there is no script f/t/nothing", ran.stderr)

    def test_args_that_are_no_json_are_refused(self):
        self.script("f/t/one.py", "def main():\n    return 1")
        ran = self.run_script("f/t/one", "{")
        self.assertEqual(ran.returncode, 1)
        self.assertIn("invalid json", ran.stderr)

    def test_an_interrupt_ends_the_script_and_leaves_nothing(self):
        mark = self.home / "pid"
        self.script("f/t/waits.sh", f"echo $$ >{mark}.new\nmv {mark}.new {mark}\nsleep 60")
        process = subprocess.Popen([PROGRAM, "run", "f/t/waits", "--workspace", str(self.workspace)],
                                   env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.assertTrue(wait_until(mark.exists, 10))
        process.terminate()
        process.communicate(timeout=10)
        self.assertFalse(Path(f"/proc/{mark.read_text().strip()}").exists())
        self.assertEqual(list(self.home.glob("towermill-*/jobs/*")), [])


class Settings(Commands):
    def test_a_wrong_value_names_setting_value_and_range_and_exits_100(self):
        ended = self.towermill("serve", "--timeout-s", "-5")
        self.assertEqual(ended.returncode, 100)
        self.assertIn("timeout_s", ended.stderr)
        self.assertIn("-5", ended.stderr)
        self.assertIn("604800", ended.stderr.replace(",", "").replace("\u202f", ""))

    def test_an_unknown_setting_in_the_file_is_an_error_with_its_line(self):
        (self.home / "t.yaml").write_text("timeout_s: 5\ntimeout: 6\n")
        ended = self.towermill("check", "--config", "t.yaml")
        self.assertEqual(ended.returncode, 100)
        self.assertIn("t.yaml:2", ended.stderr)

    def test_an_unknown_flag_exits_100(self):
        self.assertEqual(self.towermill("serve", "--no-such-flag").returncode, 100)

    def test_the_later_source_wins(self):
        self.script("f/t/waits.py", "import time\n\ndef main():\n    time.sleep(20)")
        (self.home / "t.yaml").write_text("timeout_s: 30\n")
        self.environment["TOWERMILL_TIMEOUT_S"] = "20"
        ran = self.run_script("f/t/waits", "--config", "t.yaml", "--timeout-s", "1")
        self.assertEqual(ran.stdout, "timeout after 1s")

    def test_a_token_in_a_wrong_setting_is_not_shown(self):
        ended = self.towermill("serve", "--token-sha256", "my-secret-token")
        self.assertEqual(ended.returncode, 100)
        self.assertIn("token_sha256", ended.stderr)
        self.assertNotIn("my-secret-token", ended.stderr)

    def test_the_tables_and_the_version_are_printed(self):
        for command, row in (("settings", "| `timeout_s` |"), ("limits", "| `timeout_s` |"), ("errors", "| 504 |")):
            self.assertIn(row, self.towermill(command).stdout)
        self.assertRegex(self.towermill("version").stdout, r"^towermill \d+\.\d+\.\d+\n$")


class Check(Commands):
    def test_a_sound_folder_passes(self):
        self.script("f/t/one.py", "def main():\n    return 1")
        checked = self.check()
        self.assertEqual(checked.returncode, 0, checked.stdout)
        self.assertNotIn("WRONG", checked.stdout)

    def test_it_names_file_and_line_of_a_wrong_yaml(self):
        self.script("f/t/one.py", "def main():\n    return 1")
        self.script("f/t/one.script.yaml", "summary: one\ntimeout: soon\n")
        checked = self.check()
        self.assertEqual(checked.returncode, 1)
        self.assertIn("f/t/one.script.yaml:2", checked.stdout)

    def test_it_names_two_files_of_one_path(self):
        self.script("f/t/one.py", "def main():\n    return 1")
        self.script("f/t/one.sh", "echo 1")
        checked = self.check()
        self.assertEqual(checked.returncode, 1)
        self.assertIn("f/t/one.py", checked.stdout)
        self.assertIn("f/t/one.sh", checked.stdout)

    def test_it_names_an_interpreter_that_is_missing(self):
        checked = self.check("--python", "/no/such/python3")
        self.assertEqual(checked.returncode, 1)
        self.assertIn("/no/such/python3", checked.stdout)

    def test_it_says_when_nobody_may_call(self):
        checked = self.towermill("check", "--state-dir", f"{self.home}/run", "--socket", f"{self.home}/s")
        self.assertEqual(checked.returncode, 1)
        self.assertIn("token_sha256", checked.stdout)
        self.assertIn("workspaces is empty", checked.stdout)

    def test_it_tells_of_a_script_that_asks_for_too_much(self):
        self.script("f/t/one.py", "def main():\n    return 1")
        self.script("f/t/one.script.yaml", "timeout: 5000\n")
        checked = self.check()
        self.assertEqual(checked.returncode, 0)
        self.assertIn("timeout_s is 5000", checked.stdout)
