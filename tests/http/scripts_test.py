"""What a script sees."""

import os
import stat

from case import RigCase
from rig import SERVER_SECRET, run_url, wait_until

ALLOWED = {"PATH", "HOME", "LANG", "TZ", "TMPDIR", "BASE_INTERNAL_URL", "BASE_URL"}
# What an interpreter sets for itself.
OWN = {"PWD", "SHLVL", "_", "OLDPWD", "LC_CTYPE"}


class Surroundings(RigCase):
    settings = {"envs": ["GREETING=Hello"]}

    def environment(self, headers=None, query=""):
        script = self.rig.script("f/t/environment", "#!/bin/sh\ncat /proc/self/environ | tr '\\0' '\\n'\n")
        return self.rig.run(script, {"http_proxy": "x", "LD_PRELOAD": "x"}, query, headers=headers or {}).json()

    def test_the_environment_is_an_allow_list(self):
        names = {line.partition("=")[0] for line in self.environment().splitlines() if line}
        strangers = {name for name in names if not name.startswith("WM_")} - ALLOWED - OWN - {"GREETING"}
        self.assertEqual(strangers, set())
        self.assertLessEqual({"PATH", "HOME", "TMPDIR", "GREETING", "WM_JOB_ID", "WM_JOB_PATH", "WM_WORKSPACE"}, names)

    def test_nothing_of_the_request_or_the_server_is_in_it(self):
        hostile = {
            "Proxy": "http://evil", "LD-Preload": "/tmp/evil.so", "Bash-Env": "/tmp/evil", "X-A": "() { :;}; echo evil",
            "User-Agent": "() { :;}; echo evil", "PYTHONPATH": "/tmp/evil", "WM-Job-Id": "evil",
        }
        text = self.environment(hostile, "?http_proxy=evil&LD_PRELOAD=evil")
        for word in ("evil", SERVER_SECRET, "HTTP_", "LD_", "BASH_ENV", "PYTHON"):
            self.assertNotIn(word, text)

    def test_it_names_the_job_the_path_and_the_workspace(self):
        script = self.rig.script("f/t/names.py", """
            import os

            def main():
                return [os.environ["WM_JOB_ID"], os.environ["WM_JOB_PATH"], os.environ["WM_WORKSPACE"]]
        """)
        answer = self.rig.run(script)
        self.assertEqual(answer.json(), [answer.header("X-Towermill-Job"), "f/t/names", "demo"])

    def test_nothing_of_the_request_is_in_the_command_line(self):
        script = self.rig.script("f/t/line.py", "def main(a): return open('/proc/self/cmdline').read()")
        self.assertNotIn("needle", self.rig.run(script, {"a": "needle"}).text)
        script = self.rig.script("f/t/line.sh", 'a="$1"\ntr "\\0" " " </proc/$$/cmdline >result.out')
        self.assertNotIn("needle", self.rig.run(script, {"a": "needle"}).text)

    def test_the_working_folder_is_empty_private_and_removed(self):
        script = self.rig.script("f/t/folder.py", """
            import os

            def main():
                seen = [os.getcwd(), os.listdir("."), os.stat(".").st_mode, os.environ["HOME"], os.environ["TMPDIR"]]
                os.makedirs("a/b")
                open("a/b/file", "w").write("x")
                os.chmod("a/b", 0)
                return seen
        """)
        folder, files, mode, home, temporary = self.rig.run(script).json()
        self.assertEqual(files, [])
        self.assertEqual(stat.S_IMODE(mode), 0o700)
        self.assertTrue(home.startswith(folder) and temporary.startswith(folder), (folder, home, temporary))
        self.assertNotIn(str(self.rig.workspace), folder)
        self.wait_for_removal(folder)

    def wait_for_removal(self, folder):
        self.assertTrue(wait_until(lambda: not os.path.exists(folder), 2), f"{folder} is still there")

    def test_a_removed_folder_takes_nothing_with_it_that_a_link_names(self):
        precious = self.rig.shared / "precious"
        precious.mkdir()
        (precious / "file").write_text("x\n")
        script = self.rig.script("f/t/links.py", f"""
            import os

            def main():
                os.symlink({str(precious)!r}, "link")
                return os.getcwd()
        """)
        self.wait_for_removal(self.rig.run(script).json())
        self.assertTrue((precious / "file").exists())

    def test_a_script_has_nothing_open_but_its_own(self):
        script = self.rig.script("f/t/open.py", """
            import os
            import subprocess

            def is_open(number):
                try:
                    return bool(os.readlink(f"/proc/self/fd/{number}"))
                except OSError:
                    return False

            def main():
                ours = [int(number) for number in os.listdir("/proc/self/fd") if is_open(number)]
                child = subprocess.run(["ls", "/proc/self/fd"], close_fds=False, capture_output=True, text=True)
                return {"ours": ours, "a child's": [int(number) for number in child.stdout.split()]}
        """)
        seen = self.rig.run(script).json()
        self.assertLessEqual(set(seen["ours"]), {0, 1, 2, 3})
        self.assertLessEqual(set(seen["a child's"]), {0, 1, 2, 3})  # 3 is the folder that ls reads
        self.assertEqual(len(seen["a child's"]), 4)

    def test_signals_are_as_a_fresh_process_has_them(self):
        script = self.rig.script("f/t/signals", "#!/bin/sh\ngrep -E '^Sig(Blk|Ign)' /proc/self/status\n")
        values = [line.split()[1] for line in self.rig.run(script).json().split("\n") if line]
        self.assertEqual(values, ["0" * 16] * 2)

    def test_a_run_has_its_own_process_group(self):
        script = self.rig.script("f/t/group.py", "import os\ndef main(): return os.getpid() == os.getpgrp()")
        self.expect(self.rig.run(script), 200, body="true")


class Limits(RigCase):
    settings = {"open_files": 64, "file_size_bytes": 1_000_000, "timeout_s": 3, "max_timeout_s": 3}

    def test_open_files(self):
        script = self.rig.script("f/t/opens.py", """
            def main():
                files = []
                try:
                    while len(files) < 1000:
                        files.append(open("/dev/null"))
                except OSError as error:
                    return error.errno
        """)
        self.expect(self.rig.run(script), 200, body="24")

    def test_file_size(self):
        script = self.rig.script("f/t/writes.py", """
            import signal

            def main():
                signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
                try:
                    with open("large", "wb", buffering=0) as file:
                        for _ in range(100):
                            file.write(b"x" * 100_000)
                except OSError as error:
                    return error.errno
        """)
        self.expect(self.rig.run(script), 200, body="27")

    def test_no_core_is_dumped(self):
        script = self.rig.script("f/t/core.py", """
            import resource

            def main():
                return resource.getrlimit(resource.RLIMIT_CORE)[0]
        """)
        self.expect(self.rig.run(script), 200, body="0")

    def test_a_script_may_ask_for_a_shorter_timeout(self):
        script = self.rig.script("f/t/short.py", "import time\ndef main(): time.sleep(20)", yaml="timeout: 1\n")
        self.expect_text(self.rig.run(script), 504, "timeout after 1s")

    def test_a_script_that_asks_for_more_than_the_maximum_gets_the_maximum(self):
        script = self.rig.script("f/t/long.py", "import time\ndef main(): time.sleep(20)", yaml="timeout: 100\n")
        self.expect_text(self.rig.run(script), 504, "timeout after 3s")

    def test_a_bad_yaml_is_500_naming_the_path(self):
        answer = self.rig.run(self.rig.script("f/t/bad.py", "def main(): return 1", yaml="timeout: [\n"))
        self.assertEqual(answer.status, 500)
        self.assertIn("f/t/bad", answer.text)
        self.assertNotIn(str(self.rig.home), answer.text)


class BehindOpenConnections(RigCase):
    """nginx keeping its connections to us open, as the commented lines of its configuration have it."""

    keep = True

    def test_two_hundred_requests_in_a_row(self):
        path = self.rig.script("f/t/count.sh", 'number="$1"\necho "$number."')
        for number in range(200):
            self.expect(self.rig.run(path, {"number": number}), 200, body=f'"{number}."')

    def test_a_refused_body_does_not_disturb_the_next_request(self):
        path = self.rig.prints("f/t/one", "1")
        for _ in range(5):
            big = self.rig.call("POST", run_url(path), b"x" * ((16 << 20) + 1), {"Content-Type": "application/json"})
            self.assertEqual(big.status, 413)
            self.expect(self.rig.run(path), 200, body="1")
