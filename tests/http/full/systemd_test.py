"""The units as an operator installs them, in a machine that systemd has booted."""

import hashlib
import json
import os
import sys
import tempfile
import threading
import time
import unittest
from concurrent.futures import ThreadPoolExecutor

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from fastcgi import Wire, variables  # noqa: E402
from machine import Machine, can_boot  # noqa: E402
from rig import PROGRAM, SOURCE, TOKEN, run_url, wait_until  # noqa: E402

SOCKET = "/run/towermill/handler.sock"
HELLO = "f/t/hello"
SETTINGS = {
    "workspaces": {"demo": "/srv/hooks"},
    "token_sha256": [hashlib.sha256(TOKEN.encode()).hexdigest()],
}


class Systemd(unittest.TestCase):
    maxDiff = 4000

    @classmethod
    def setUpClass(cls):
        if why := can_boot():
            raise unittest.SkipTest(why)
        cls.console = tempfile.TemporaryFile()
        cls.addClassCleanup(cls.console.close)
        cls.machine = Machine({"/usr/local/bin/towermill": PROGRAM}, cls.console)
        cls.addClassCleanup(cls.machine.stop)
        cls.settings(SETTINGS)
        cls.machine.write("/srv/hooks/f/t/hello.sh", "echo hello")
        for unit in ("towermill.service", "towermill.socket"):
            cls.machine.write(f"/etc/systemd/system/{unit}", (SOURCE / "systemd" / unit).read_text())
        for command in (
            "useradd --system --user-group --home-dir /var/lib/towermill --shell /usr/sbin/nologin towermill",
            "systemctl daemon-reload",
        ):
            done = cls.machine.run(*command.split())
            assert done.returncode == 0, done

    @classmethod
    def settings(cls, settings):
        cls.machine.write("/etc/towermill/towermill.yaml", json.dumps(settings))

    def setUp(self):
        """The socket is up, and the service is down."""
        self.addCleanup(self.machine.run, "systemctl", "stop", "towermill.socket", "towermill.service")
        self.machine.run("systemctl", "reset-failed", "towermill.socket", "towermill.service")
        self.began = f"@{time.time():.6f}"
        self.expect_done("systemctl", "start", "towermill.socket")

    def expect_done(self, *command):
        done = self.machine.run(*command)
        self.assertEqual(done.returncode, 0, f"{command}: {done.stdout}\n{self.journal()[-4000:]}")
        return done.stdout.strip()

    def shown(self, name):
        return self.expect_done("systemctl", "show", "--value", "--property", name, "towermill.service")

    def is_active(self):
        return self.machine.run("systemctl", "is-active", "towermill.service").stdout.strip()

    def journal(self, *options):
        return self.machine.run("journalctl", "--no-pager", f"--since={self.began}", "--unit=towermill.service",
                                *options).stdout

    def script(self, file, source):
        self.machine.write(f"/srv/hooks/{file}", source, 0o644 if "." in file else 0o755)
        return file.partition(".")[0]

    def call(self, path, args=None):
        """(status, body): the socket is reached as root reaches it, through the machine's first process."""
        body = json.dumps(args or {}).encode()
        with Wire(str(self.machine.path(SOCKET)), timeout=60) as wire:
            wire.request(variables("POST", run_url(path), TOKEN, body), body)
            answer = wire.answer()
        self.assertIsNotNone(answer, "the connection was closed without an answer")
        head, text = answer
        return int(head.split()[1]), text.decode()

    # --- Start and stop ---------------------------------------------------------------------------------------

    def test_the_first_request_starts_the_service(self):
        self.assertEqual(self.is_active(), "inactive")
        self.assertEqual(self.call(HELLO), (200, '"hello"'))
        self.assertEqual(self.is_active(), "active")
        self.assertEqual(self.shown("StatusText"), "Serving")

    def test_a_keeper_that_was_killed_is_started_anew(self):
        self.assertEqual(self.call(HELLO), (200, '"hello"'))
        killed = self.shown("MainPID")
        self.expect_done("systemctl", "kill", "--kill-who=main", "--signal=KILL", "towermill.service")
        self.assertEqual(self.call(HELLO), (200, '"hello"'))
        self.assertTrue(wait_until(lambda: self.shown("StatusText") == "Serving", 30))
        self.assertEqual(self.is_active(), "active")
        self.assertNotEqual(self.shown("MainPID"), killed)

    def test_a_stop_lets_a_running_script_finish_however_long_stop_s_is(self):
        slow = self.script("f/t/slow.sh", "sleep 3.25; echo done")
        self.machine.write("/run/systemd/system/towermill.service.d/short.conf", "[Service]\nTimeoutStopSec=1\n")
        self.expect_done("systemctl", "daemon-reload")
        self.addCleanup(self.machine.run, "systemctl", "revert", "towermill.service")
        with ThreadPoolExecutor() as pool:
            running = pool.submit(self.call, slow)
            self.assertTrue(wait_until(lambda: "sleep 3.25" in self.processes(), 30, 0.1))
            self.expect_done("systemctl", "stop", "towermill.service")
            self.assertEqual(running.result(), (200, '"done"'))
        self.assertEqual((self.shown("Result"), self.is_active()), ("success", "inactive"))
        self.assertIn("info stopped", self.journal())

    def processes(self):
        """What runs in the service, by the commands."""
        return self.machine.run("systemctl", "status", "--full", "--no-pager", "towermill.service").stdout

    def test_a_restart_loses_no_request(self):
        self.assertEqual(self.call(HELLO), (200, '"hello"'))
        over, answers = threading.Event(), []

        def callers():
            while not over.is_set():
                answers.append(self.call(HELLO))

        with ThreadPoolExecutor(4) as pool:
            calling = [pool.submit(callers) for _ in range(4)]
            try:
                for _ in range(3):
                    self.expect_done("systemctl", "restart", "towermill.service")
                    enough = len(answers) + 20
                    self.assertTrue(wait_until(lambda: len(answers) >= enough, 60))
            finally:
                over.set()
            for caller in calling:
                caller.result()
        self.assertEqual(set(answers), {(200, '"hello"')})

    def test_wrong_settings_are_told_in_the_journal_and_not_tried_again(self):
        self.settings(SETTINGS | {"workspaces": {"demo": "/srv/nowhere"}})
        self.addCleanup(self.settings, SETTINGS)
        started = self.machine.run("systemctl", "start", "towermill.service")
        self.assertNotEqual(started.returncode, 0)
        self.assertEqual((self.is_active(), self.shown("ExecMainStatus"), self.shown("NRestarts")),
                         ("failed", "100", "0"))
        self.assertIn("/srv/nowhere", self.journal("--priority=err"))

    def test_a_request_that_finds_wrong_settings_is_refused_and_mended_settings_serve(self):
        self.settings(SETTINGS | {"workspaces": {"demo": "/srv/nowhere"}})
        self.addCleanup(self.settings, SETTINGS)
        with Wire(str(self.machine.path(SOCKET)), timeout=60) as wire:
            self.assertIsNone(wire.answer())
        self.assertFalse(self.machine.path(SOCKET).exists())
        self.settings(SETTINGS)
        self.expect_done("systemctl", "reset-failed", "towermill.socket", "towermill.service")
        self.expect_done("systemctl", "restart", "towermill.socket", "towermill.service")
        self.assertEqual(self.call(HELLO), (200, '"hello"'))

    def test_it_serves_without_the_socket_unit_too(self):
        self.expect_done("systemctl", "stop", "towermill.socket")
        self.assertFalse(self.machine.path(SOCKET).exists())
        self.expect_done("usermod", "-aG", "www-data", "towermill")
        self.addCleanup(self.machine.run, "gpasswd", "--delete", "towermill", "www-data")
        self.settings(SETTINGS | {"socket_group": "www-data"})
        self.addCleanup(self.settings, SETTINGS)
        self.expect_done("systemctl", "start", "towermill.service")
        self.assertEqual(self.call(HELLO), (200, '"hello"'))
        self.assertEqual(self.expect_done("stat", "-c", "%U %G %a", SOCKET), "towermill www-data 660")

    # --- What scripts may -------------------------------------------------------------------------------------

    def test_the_socket_is_nginxs_and_not_the_scripts(self):
        self.assertEqual(self.call(HELLO)[0], 200)
        self.assertEqual(self.expect_done("stat", "-c", "%U %G %a", SOCKET), "root www-data 660")
        connect = f"import socket; socket.socket(socket.AF_UNIX).connect({SOCKET!r})"
        connects = {}
        for user in ("www-data", "towermill"):
            become = ("setpriv", f"--reuid={user}", f"--regid={user}", "--init-groups")
            connects[user] = self.machine.run(*become, "/usr/bin/python3", "-c", connect).stdout
        self.assertEqual(connects["www-data"], "")
        self.assertIn("PermissionError", connects["towermill"])

    def test_scripts_do_what_scripts_do(self):
        python = self.script("f/t/busy.py", BUSY)
        self.assertEqual(self.call(python, {"name": "Ada"}), (200, json.dumps(DONE, separators=(",", ":"))))
        bash = self.script("f/t/shell.sh", 'name="$1"\necho "$name" >note\ncat note | tr a-z A-Z >result.out')
        self.assertEqual(self.call(bash, {"name": "Ada"}), (200, '"ADA\\n"'))
        program = self.script("f/t/program", "#!/usr/bin/perl\nprint 40 + 2;\n")
        self.assertEqual(self.call(program), (200, "42"))

    def test_typescript_runs(self):
        script = self.script("f/t/script.ts", "export async function main(a: number) { return a + 1 }")
        self.assertEqual(self.call(script, {"a": 41}), (200, "42"))

    def test_php_runs(self):
        # Debian's plain name for it goes through /etc/alternatives, which this machine has not.
        self.settings(SETTINGS | {"php": "/usr/bin/php8.2"})
        self.addCleanup(self.settings, SETTINGS)
        script = self.script("f/t/page.php", "<?php\nfunction main($a) { return $a + 1; }\n")
        self.assertEqual(self.call(script, {"a": 41}), (200, "42"))

    def test_scripts_cannot_what_the_unit_forbids(self):
        expected = '["EROFS","EROFS","EROFS","EAFNOSUPPORT","EPERM",1,["towermill"]]'
        self.assertEqual(self.call(self.script("f/t/forbidden.py", FORBIDDEN)), (200, expected))

    def test_no_process_of_a_run_hides_from_its_end(self):
        self.assertEqual(self.call(self.script("f/t/hides.py", HIDES)), (200, "true"))
        self.assertTrue(wait_until(lambda: "python" not in self.processes(), 10, 0.2), self.processes())

    def test_the_journal_has_the_log_with_priorities(self):
        self.assertEqual(self.call(self.script("f/t/speaks.sh", "echo said by a script; echo 1"))[0], 200)

        def records():
            return [json.loads(line) for line in self.journal("--output=json").splitlines()]

        def messages():
            return [(record["PRIORITY"], record["MESSAGE"]) for record in records()
                    if record.get("_SYSTEMD_UNIT") == "towermill.service"]

        self.assertTrue(wait_until(lambda: any("said by a script" in text for _, text in messages()), 30, 0.5))
        line = next((priority, text) for priority, text in messages() if "said by a script" in text)
        self.assertEqual(line[0], "6")
        self.assertRegex(line[1], r"^info script job=\S+ path=f/t/speaks ")


BUSY = """
import mmap, os, pathlib, socket, subprocess, tempfile, threading

def main(name):
    pathlib.Path("note").write_text(name)
    with tempfile.NamedTemporaryFile(dir="/tmp") as file:
        file.write(b"x")
    mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC).close()
    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=lambda: server.accept()[0].sendall(b"over the network"))
        thread.start()
        with socket.create_connection(server.getsockname()) as client:
            heard = client.recv(100).decode()
        thread.join()
    sandbox = ["unshare", "--user", "--map-root-user", "--mount", "--pid", "--fork", "--mount-proc", "id", "-u"]
    inner = subprocess.run(sandbox, capture_output=True, text=True)
    return {"name": pathlib.Path("note").read_text(), "heard": heard, "interfaces": socket.if_nameindex()[0][1],
            "cpus": os.cpu_count() > 0, "namespace": inner.stdout.strip()}
"""
DONE = {"name": "Ada", "heard": "over the network", "interfaces": "lo", "cpus": True, "namespace": "0"}

# Its own session, its parent gone, and closed to everybody else of its user: /proc shows it to root alone.
HIDES = """
import ctypes, os, time

PR_SET_DUMPABLE = 4

def main():
    read, write = os.pipe()
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            ctypes.CDLL(None).prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)
            os.write(write, b"hidden")
            for fd in range(3):
                os.close(fd)
            time.sleep(12345)
        os._exit(0)
    return os.read(read, 10) == b"hidden"
"""

FORBIDDEN = """
import ctypes, errno, grp, os, pathlib, re, socket

def error_of(action):
    try:
        action()
    except OSError as error:
        return errno.errorcode[error.errno]

def be_traced():
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.ptrace(0, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "ptrace")

def main():
    return [
        *(error_of(pathlib.Path(folder, "x").touch) for folder in ("/etc", "/usr/local", "/srv/hooks")),
        error_of(lambda: socket.socket(socket.AF_PACKET, socket.SOCK_RAW)),
        error_of(be_traced),
        int(re.search(r"NoNewPrivs:\\s*(\\d)", pathlib.Path("/proc/self/status").read_text())[1]),
        sorted(grp.getgrgid(group).gr_name for group in {os.getgid(), *os.getgroups()}),
    ]
"""


if __name__ == "__main__":
    unittest.main()
