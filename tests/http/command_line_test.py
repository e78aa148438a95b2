"""The commands, as a person types them."""

import grp
import hashlib
import os
import shutil
import subprocess
import unittest
from pathlib import Path

from commands import Commands
from rig import PROGRAM, SOURCE, wait_until

EXAMPLES = SOURCE / "nginx/examples"


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
        process = subprocess.Popen([PROGRAM, "run", "f/t/waits", "--workspace", str(self.workspace),
                                    "--config", self.no_settings.name],
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
        for command, row in (("settings", "| `timeout_s` |"), ("limits", "| `timeout_s` |"), ("errors", "| 504 |"),
                             ("metrics", "| `towermill_runs_total` |")):
            self.assertIn(row, self.towermill(command).stdout)
        for word in ("version", "--version"):
            self.assertRegex(self.towermill(word).stdout, r"^towermill \d+\.\d+\.\d+\n$")


class Versions(Commands):
    def setUp(self):
        super().setUp()
        self.script("f/t/one.py", "def main():\n    return 1")
        self.script("f/t/two.sh", "echo 2")

    def test_they_are_listed_with_workspace_and_file(self):
        listed = self.towermill("versions", "--workspaces", f"demo={self.workspace}")
        self.assertEqual(listed.returncode, 0, listed.stderr)
        of_one = hashlib.sha256(b"f/t/one\0def main():\n    return 1").hexdigest()[:16]
        of_two = hashlib.sha256(b"f/t/two\0echo 2").hexdigest()[:16]
        self.assertEqual(listed.stdout, f"demo  {of_one}  f/t/one.py\ndemo  {of_two}  f/t/two.sh\n")
        alone = self.towermill("versions", "--workspace", str(self.workspace))
        self.assertEqual(alone.stdout, listed.stdout.replace("demo  ", "local  "))

    def test_a_workspace_that_cannot_be_read_is_named(self):
        listed = self.towermill("versions", "--workspaces", f"demo={self.workspace},gone={self.home}/gone")
        self.assertEqual(listed.returncode, 1)
        self.assertIn("workspace gone:", listed.stderr)
        self.assertIn("f/t/one.py", listed.stdout)


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

    def test_it_names_a_script_whose_runtime_is_missing(self):
        self.script("f/t/one.deno.ts", "export const main = () => 1")
        self.script("f/t/two.sh", "echo 1")
        checked = self.check("--path", "/bin")
        if os.path.exists("/bin/deno"):
            self.skipTest("there is a Deno")
        self.assertIn("note   f/t/one.deno.ts: no deno was found; it answers 500 until then", checked.stdout)
        self.assertNotIn("f/t/two.sh", checked.stdout)

    def test_it_says_when_nobody_may_call(self):
        checked = self.towermill("check", "--state-dir", f"{self.home}/run", "--socket", f"{self.home}/s")
        self.assertEqual(checked.returncode, 1)
        self.assertIn("there is no token: nobody may call", checked.stdout)
        self.assertIn("workspaces is empty", checked.stdout)

    def test_it_tells_of_a_script_that_asks_for_too_much(self):
        self.script("f/t/one.py", "def main():\n    return 1")
        self.script("f/t/one.script.yaml", "timeout: 5000\n")
        checked = self.check()
        self.assertEqual(checked.returncode, 0)
        self.assertIn("timeout_s is 5000", checked.stdout)

    def test_it_tells_of_what_does_nothing_in_a_script_s_language(self):
        for file in ("one.sh", "two.ts", "three.py"):
            self.script(f"f/t/{file}", "")
            self.script(f"f/t/{file.partition('.')[0]}.script.yaml", "dedicated_worker: true\npreload: [json]\n")
        said = self.check().stdout
        self.assertIn("note   f/t/one.sh: dedicated_worker does nothing here", said)
        self.assertIn("note   f/t/one.sh: preload does nothing here", said)
        self.assertIn("note   f/t/two.ts: preload does nothing here", said)
        self.assertEqual(said.count("does nothing here"), 3, said)

    def test_it_makes_nothing(self):
        checked = self.check()
        self.assertIn(f"ok     state_dir {self.home}/run (is made at start)" if os.geteuid() else "is not there; root",
                      checked.stdout)
        self.assertEqual([path.name for path in self.home.iterdir()], ["workspace"])
        (self.home / "run").mkdir()
        self.assertEqual(self.check().returncode, 0)
        self.assertEqual(list((self.home / "run").iterdir()), [])

    @unittest.skipUnless(os.statvfs("/proc").f_flag & os.ST_NOEXEC, "/proc is not mounted noexec here")
    def test_a_file_system_that_programs_cannot_run_from_is_wrong(self):
        for state_dir in ("/proc/sys", "/proc/no-such"):
            checked = self.check("--state-dir", state_dir)
            self.assertEqual(checked.returncode, 1)
            self.assertIn("mounted noexec", checked.stdout)

    def test_a_socket_folder_that_a_start_makes_is_fine_and_one_further_down_is_not(self):
        self.assertEqual(self.check("--socket", f"{self.home}/new/s").returncode, 0)
        checked = self.check("--socket", f"{self.home}/new/er/s")
        self.assertEqual(checked.returncode, 1)
        self.assertRegex(checked.stdout, f"install -d -o .* {self.home}/new/er")

    def test_it_says_why_a_file_is_not_served(self):
        self.script("f/t/one.py", "def main():\n    return 1")
        self.script("f/t/tool", "#!/bin/sh")
        self.script("f/t/data.json", "{}")
        self.script("f/stray.py", "")
        self.script("f/t/folder.meta.yaml", "")
        checked = self.check()
        self.assertEqual(checked.returncode, 0, checked.stdout)
        notes = [line for line in checked.stdout.splitlines() if "is not served" in line]
        self.assertEqual([line.partition(" is not served: ")[0] for line in notes],
                         [f"note   demo: f/{file}" for file in ("stray.py", "t/data.json", "t/tool")])

    def test_of_many_files_that_are_not_served_it_names_fifty(self):
        for number in range(57):
            self.script(f"docs/{number}.txt", "")
        checked = self.check()
        self.assertEqual(checked.stdout.count("is not served: "), 50)
        self.assertIn("note   demo: and 7 more are not served", checked.stdout)

    def test_it_names_an_interpreter_that_a_program_asks_for_in_vain(self):
        self.script("f/t/tool", "#!/no/such/ruby")
        (self.workspace / "f/t/tool").chmod(0o755)
        checked = self.check()
        self.assertEqual(checked.returncode, 0)
        self.assertIn("note   f/t/tool: its interpreter /no/such/ruby is not there", checked.stdout)

    def test_it_tells_of_a_slip_in_the_name_of_a_limit(self):
        self.script("f/t/one.py", "def main():\n    return 1")
        self.script("f/t/one.script.yaml", "summary: one\ntimout: 5\nkind: script\n")
        checked = self.check()
        self.assertEqual(checked.returncode, 0)
        self.assertIn("note   f/t/one.script.yaml:2: timout means nothing; did you mean timeout?", checked.stdout)
        self.assertNotIn("kind", checked.stdout)


@unittest.skipUnless(os.geteuid() == 0, "only root may be somebody else")
class CheckForAnother(Commands):
    """The same, by root and by the server's user."""

    def setUp(self):
        super().setUp()
        self.state = self.home / "run"
        self.state.mkdir()
        shutil.copy(PROGRAM, self.home / "towermill")  # where anybody may start it
        self.home.chmod(0o755)

    def own(self, *folders):
        for folder in folders:
            folder.mkdir(exist_ok=True)
            shutil.chown(folder, "nobody")

    def check_as_nobody(self, *flags):
        self.workspace.mkdir(exist_ok=True)
        self.own(self.home / "sockets")
        command = [self.home / "towermill", "check", "--workspaces", f"demo={self.workspace}", "--state-dir",
                   self.state, "--socket", f"{self.home}/sockets/s", "--token-sha256", "0" * 64, *flags]
        return subprocess.run(command, capture_output=True, text=True, timeout=60, env=self.environment, cwd="/",
                              user="nobody", group="nogroup", extra_groups=[])

    def test_root_is_told_to_check_as_the_servers_user(self):
        self.own(self.state, self.state / "jobs", self.state / "cache", self.state / "versions")
        checked = self.check()
        self.assertEqual(checked.returncode, 0, checked.stdout)
        self.assertIn("note   running as root", checked.stdout)
        self.assertIn(f"note   state_dir: {self.state} belongs to user nobody: run check as the server's user "
                      "(runuser -u nobody -- towermill check …)", checked.stdout)
        self.assertEqual(self.check_as_nobody().returncode, 0)

    def test_a_folder_of_root_within_the_servers_is_named_to_both(self):
        self.own(self.state)
        for folder in (self.state / "jobs", self.state / "cache", self.state / "versions"):
            folder.mkdir()
            for checked in (self.check(), self.check_as_nobody()):
                self.assertEqual(checked.returncode, 1)
                self.assertIn(f"WRONG  state_dir: {folder} belongs to user root", checked.stdout)
                self.assertIn(f"chown -R nobody {folder}", checked.stdout)
            self.own(folder)

    def test_a_state_dir_that_cannot_be_filled_is_named(self):
        checked = self.check_as_nobody()
        self.assertEqual(checked.returncode, 1)
        self.assertIn(f"install -d -o nobody -m 0700 {self.state}/jobs", checked.stdout)

    def test_a_state_dir_that_cannot_be_made_is_named(self):
        self.state.rmdir()
        checked = self.check_as_nobody()
        self.assertEqual(checked.returncode, 1)
        self.assertIn(f"install -d -o nobody -m 0755 {self.state}", checked.stdout)

    def test_a_state_dir_that_a_start_makes_is_fine(self):
        checked = self.check_as_nobody("--state-dir", f"{self.home}/sockets/run")
        self.assertEqual(checked.returncode, 0, checked.stdout)
        self.assertIn(f"ok     state_dir {self.home}/sockets/run (is made at start)", checked.stdout)

    def test_a_group_that_the_user_is_not_in_cannot_have_the_socket(self):
        self.own(self.state)
        checked = self.check_as_nobody("--socket-group", "www-data")
        self.assertEqual(checked.returncode, 1)
        self.assertIn("usermod -aG www-data nobody", checked.stdout)
        own = grp.getgrgid(65534).gr_name
        self.assertEqual(self.check_as_nobody("--socket-group", own).returncode, 0)
