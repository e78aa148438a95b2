"""What lies around the program is not trusted: who connects to its socket, what a web server says, what links do."""

import os
import subprocess
import sys
import threading
import unittest

from case import RigCase, each
from commands import Commands
from fastcgi import variables
from rig import TOKEN, run_url

CONNECT = """
import os, socket, sys
os.setgroups([]); os.setgid(65534); os.setuid(65534)
try:
    socket.socket(socket.AF_UNIX).connect(sys.argv[1])
except PermissionError:
    sys.exit(7)
"""


class TheSocket(RigCase):
    @unittest.skipUnless(os.getuid() == 0, "only root can become another user")
    def test_another_user_cannot_connect(self):
        for folder in (self.rig.home, self.rig.home / "run"):
            folder.chmod(0o755)
        done = subprocess.run([sys.executable, "-c", CONNECT, self.rig.socket], timeout=60)
        self.assertEqual(done.returncode, 7)

    @each(
        [
            ("a file to run", {"SCRIPT_FILENAME": "/bin/ls", "PATH_TRANSLATED": "/bin/ls", "DOCUMENT_ROOT": "/"}),
            ("settings of PHP", {"PHP_VALUE": "auto_prepend_file=/etc/passwd", "PHP_ADMIN_VALUE": "open_basedir=/"}),
            ("settings of this program", {"TOWERMILL_TOKEN_SHA256": "0" * 64, "TOWERMILL_CONFIG": "/etc/passwd"}),
            ("a loader's", {"LD_PRELOAD": "/tmp/evil.so", "PATH": "/tmp", "BASH_ENV": "/etc/passwd", "HOME": "/"}),
            ("who it is", {"REMOTE_USER": "root", "AUTH_TYPE": "Basic", "HTTP_X_REMOTE_USER": "root"}),
        ]
    )
    def variable(self, given):
        script = self.rig.script("f/t/env.py", "import os\ndef main(): return dict(os.environ)")
        with self.rig.fastcgi() as wire:
            wire.request(variables("GET", run_url(script), TOKEN, **given))
            head, body = wire.answer()
        self.assertIn("200", head)
        for value in given.values():
            self.assertNotIn(f'"{value}"', body if isinstance(body, str) else body.decode())
        with self.rig.fastcgi() as wire:
            wire.request(variables("GET", run_url(script), **given))
            self.assertIn("401", wire.answer()[0])


class Swapped(RigCase):
    def test_a_script_that_becomes_a_link_runs_no_file_outside(self):
        script = self.rig.script("f/t/swap.sh", "echo inside")
        outside = self.rig.home / "outside.sh"
        outside.write_text(f"echo ran >{self.rig.shared}/outside\necho leaked\n")
        file = self.rig.workspace / "f/t/swap.sh"
        over = threading.Event()

        def swap():
            while not over.is_set():
                for make in (lambda to: to.symlink_to(outside), lambda to: to.write_text("echo inside\n")):
                    fresh = file.with_name("swap.sh.fresh~")
                    make(fresh)
                    fresh.rename(file)

        swapping = threading.Thread(target=swap)
        swapping.start()
        try:
            answers = [self.rig.run(script) for _ in range(150)]
        finally:
            over.set()
            swapping.join()
        self.assertLessEqual({answer.body for answer in answers if answer.status == 200}, {b'"inside"'})
        self.assertEqual({answer.status for answer in answers} - {200, 404, 500}, set())
        self.assertFalse((self.rig.shared / "outside").exists())


class Checked(Commands):
    def writable(self, name):
        self.script("f/t/hello.sh", "echo 1")
        (self.workspace / "f/t/hello.script.yaml").write_text("timeout: 5\n")
        self.assertEqual(self.check().returncode, 0)
        (self.workspace / name).chmod((self.workspace / name).stat().st_mode | 0o002)
        return self.check()

    def test_a_file_or_folder_that_all_users_may_write_is_wrong(self):
        for name in ("f/t/hello.sh", "f/t/hello.script.yaml", "f/t"):
            with self.subTest(name):
                checked = self.writable(name)
                self.assertEqual(checked.returncode, 1)
                self.assertIn(f"WRONG  demo: any user of this system may change {name}", checked.stdout)
                self.assertIn(f"chmod o-w {self.workspace}/{name}", checked.stdout)
                (self.workspace / name).chmod((self.workspace / name).stat().st_mode & ~0o002)

    def test_a_link_out_of_the_workspace_is_told_of(self):
        self.script("f/t/hello.sh", "echo 1")
        (self.home / "outside.sh").write_text("echo 1\n")
        (self.workspace / "f/t/link.sh").symlink_to(self.home / "outside.sh")
        self.assertIn("f/t/link", self.check().stdout)

    def test_without_any_token_it_says_how_to_make_one(self):
        self.script("f/t/hello.sh", "echo 1")
        settings = ("--workspaces", f"demo={self.workspace}", "--state-dir", f"{self.home}/run",
                    "--socket", f"{self.home}/handler.sock")
        self.assertIn("there is no token: nobody may call", self.towermill("check", *settings).stdout)
        made = self.towermill("token", "create", *settings, "--config", self.no_settings.name)
        self.assertEqual(made.returncode, 0, made.stderr)
        self.assertNotIn("there is no token", self.towermill("check", *settings).stdout)
