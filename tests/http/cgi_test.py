"""The program as a web server starts it, without the web server: what it does with its descriptors and signals, and
where it finds its settings."""

import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import textwrap
import time
import unittest
from pathlib import Path

import processes
from ending_test import FAMILY
from fastcgi import Wire, variables
from rig import PROGRAM, TOKEN, TOKEN_SHA256, run_url, wait_until


class WebServerless(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory(prefix="tm-")
        self.home = Path(self.folder.name)
        self.shared = self.home / "shared"
        for name in ("workspace", "shared", "bin", "site", "temp"):
            (self.home / name).mkdir()
        self.program = self.home / "bin/towermill"
        shutil.copy(PROGRAM, self.program)
        self.settings = {"workspaces": {"demo": str(self.home / "workspace")}, "state_dir": str(self.home / "run"),
                         "token_sha256": [TOKEN_SHA256], "grace_ms": 300}

    def tearDown(self):
        self.assertTrue(wait_until(lambda: not processes.with_environment(str(self.home)), 10))
        self.folder.cleanup()

    def script(self, file, source):
        target = self.home / "workspace/f/t" / file
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(textwrap.dedent(source).strip("\n") + "\n")
        return "f/t/" + target.stem

    def write(self, file, settings):
        (self.home / file).write_text(json.dumps(settings))
        return str(self.home / file)

    def environment(self, path, body="", **more):
        return {"PATH": "/usr/bin:/bin", "GATEWAY_INTERFACE": "CGI/1.1", "REQUEST_METHOD": "POST" if body else "GET",
                "SCRIPT_NAME": "/cgi-bin/tm", "PATH_INFO": path, "REQUEST_URI": "/cgi-bin/tm" + path,
                "CONTENT_LENGTH": str(len(body)), "HTTP_AUTHORIZATION": f"Bearer {TOKEN}",
                "TMPDIR": str(self.home / "temp"), **more}

    def begin(self, path, body="", program=None, arguments=(), inherit=None, **more):
        command = [program or self.program, *arguments]
        process = subprocess.Popen(command, env=self.environment(path, body, **more), cwd=self.home / "bin",
                                   stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                   preexec_fn=inherit)
        process.stdin.write(body.encode())
        process.stdin.flush()
        return process

    def request(self, path, body="", **more):
        """Head and body of the answer, and the log."""
        output, log = self.begin(path, body, **more).communicate(timeout=60)
        head, _, answer = output.decode().partition("\r\n\r\n")
        return head, answer, log.decode()

    def family(self):
        file = self.shared / "family"
        self.assertTrue(wait_until(lambda: file.exists() and file.read_text().endswith("\n"), 10))
        return [int(word) for word in file.read_text().split()]

    def assert_gone(self, pids):
        self.assertTrue(wait_until(lambda: not any(processes.is_alive(pid) for pid in pids), 20))


class OneRequest(WebServerless):
    def setUp(self):
        super().setUp()
        self.write("bin/towermill.yaml", self.settings)
        self.args = json.dumps({"folder": str(self.shared)})

    def test_its_log_holds_warnings_and_errors_and_more_if_asked(self):
        script = self.script("talks.py", "def main():\n    print('on the way')\n    return 1")
        self.assertEqual(self.request(run_url(script))[1:], ("1", ""))
        self.assertIn("on the way", self.request(run_url(script), TOWERMILL_LOG_LEVEL="info")[2])

    def test_a_request_that_is_refused_while_it_is_read_is_logged_and_read_by_pages(self):
        head, answer, log = self.request("/api/%zz", TOWERMILL_LOG_LEVEL="info")
        self.assertIn("Status: 400", head)
        self.assertIn("Access-Control-Allow-Origin: *", head)
        self.assertIn("Bad request: ", answer)
        self.assertRegex(log, "request .*status=400")
        head, _, _ = self.request("/api/version", CONTENT_LENGTH="five", HTTP_ORIGIN="https://a.example",
                                  TOWERMILL_ALLOWED_ORIGINS="https://a.example")
        self.assertIn("Access-Control-Allow-Origin: https://a.example", head)

    def test_it_has_no_metrics(self):
        head, answer, _ = self.request("/api/metrics", TOWERMILL_METRICS="open")
        self.assertIn("Status: 404", head)
        self.assertEqual(answer, "Not found: there are no metrics here")

    def test_a_web_server_that_no_longer_reads_ends_the_whole_tree(self):
        process = self.begin(run_url(self.script("family.sh", FAMILY)), self.args, TOWERMILL_LOG_LEVEL="info")
        family = self.family()
        process.stdout.close()
        self.assert_gone(family)
        self.assertEqual(process.wait(60), 0)
        self.assertIn(b"http connection broke", process.stderr.read())
        self.assertEqual(list((self.home / "run/jobs").iterdir()), [])
        process.stdin.close()
        process.stderr.close()

    def test_sigterm_ends_the_whole_tree(self):
        process = self.begin(run_url(self.script("family.sh", FAMILY)), self.args)
        family = self.family()
        process.terminate()
        output, _ = process.communicate(timeout=60)
        self.assertIn(b"Status: 503", output)
        self.assert_gone(family)
        self.assertEqual(list((self.home / "run/jobs").iterdir()), [])

    def test_what_a_killed_one_has_left_is_gone_after_the_next_request(self):
        process = self.begin(run_url(self.script("family.sh", FAMILY)), self.args)
        family = self.family()
        process.kill()
        process.communicate()
        self.assertIn("Status: 200", self.request("/api/version")[0])
        self.assert_gone(family)
        self.assertEqual(list((self.home / "run/jobs").iterdir()), [])

    def test_once_a_day_a_request_prunes_what_is_kept(self):
        script = self.script("kept.sh", "echo 1")
        self.request(run_url(script))
        version, = (self.home / "run/versions/demo").iterdir()
        stamp = self.home / "run/pruned"
        long_ago = time.time() - 91 * 86_400
        os.utime(version, (long_ago, long_ago))
        self.request("/api/version")
        self.assertTrue(version.exists(), "it was pruned today")
        os.utime(stamp, (long_ago, long_ago))
        self.request("/api/version")
        self.assertFalse(version.exists())
        self.assertGreater(stamp.stat().st_mtime, time.time() - 3600)

    def test_a_socket_that_is_half_closed_is_no_hang_up(self):
        ours, theirs = socket.socketpair()
        script = self.script("slow.sh", "sleep 0.5\necho done")
        process = subprocess.Popen([self.program], env=self.environment(run_url(script), "{}"), stdin=theirs,
                                   stdout=theirs, stderr=subprocess.DEVNULL)
        theirs.close()
        ours.sendall(b"{}")
        ours.shutdown(socket.SHUT_WR)
        answer = b"".join(iter(lambda: ours.recv(65536), b""))
        self.assertEqual(process.wait(60), 0)
        self.assertTrue(answer.endswith(b'\r\n\r\n"done"'), answer)
        ours.close()

    def test_a_socket_that_is_closed_ends_the_whole_tree(self):
        ours, theirs = socket.socketpair()
        script = self.script("family.sh", FAMILY)
        process = subprocess.Popen([self.program], env=self.environment(run_url(script), self.args), stdin=theirs,
                                   stdout=theirs, stderr=subprocess.DEVNULL)
        theirs.close()
        ours.sendall(self.args.encode())
        family = self.family()
        ours.close()
        self.assert_gone(family)
        process.wait(60)

    def test_closed_descriptors_are_taken_for_empty_ones(self):
        one = run_url(self.script("one.sh", "echo 1"))
        no_input = self.request(one, REQUEST_METHOD="POST", CONTENT_LENGTH="2", inherit=lambda: os.close(0))
        self.assertIn("the body ended before its Content-Length", no_input[1])
        bad = self.script("bad.py", "def main():\n    raise KeyError")
        no_log = self.request(run_url(bad), "{}", inherit=lambda: os.close(2), TOWERMILL_LOG_LEVEL="debug")
        self.assertIn("Status: 422", no_log[0])
        nothing = self.begin(one, inherit=lambda: os.closerange(0, 3))
        self.assertEqual(nothing.wait(10), 0)
        nothing.communicate()

    def test_a_signal_that_was_ignored_hides_no_end_of_a_script(self):
        script = self.script("three.sh", "exit 3")
        head, body, _ = self.request(run_url(script), inherit=lambda: signal.signal(signal.SIGCHLD, signal.SIG_IGN))
        self.assertIn("Status: 422", head)
        self.assertEqual(json.loads(body)["error"]["exit_code"], 3)

    def test_arguments_are_not_listened_to(self):
        for arguments in (["version"], ["--config=/etc/passwd"], ["-s"], ["run", "f/t/x"], ["serve"]):
            self.assertIn("CE v", self.request("/api/version", arguments=arguments)[1])

    def test_without_the_variables_of_a_request_the_command_line_counts(self):
        for missing in ("GATEWAY_INTERFACE", "REQUEST_METHOD"):
            environment = self.environment("/api/version")
            del environment[missing]
            printed = subprocess.run([self.program, "version"], env=environment, capture_output=True, text=True)
            self.assertRegex(printed.stdout, r"^towermill \d")


class WhereSettingsAre(WebServerless):
    def status(self, **more):
        return self.request(run_url(self.script("one.sh", "echo 1")), **more)[0].partition("\r")[0]

    def test_beside_the_program_as_it_was_called_before_beside_itself(self):
        link = self.home / "site/hooks.cgi"
        link.symlink_to(self.program)
        self.write("bin/towermill.yaml", self.settings)
        self.assertEqual(self.status(program=link), "Status: 200 OK")
        self.write("site/towermill.yaml", self.settings | {"token_sha256": ["0" * 64]})
        self.assertEqual(self.status(program=link), "Status: 401 Unauthorized")

    def test_a_file_that_the_environment_names_counts_before_all_others(self):
        self.write("bin/towermill.yaml", self.settings | {"token_sha256": ["0" * 64]})
        named = self.write("named.yaml", self.settings)
        self.assertEqual(self.status(TOWERMILL_CONFIG=named), "Status: 200 OK")

    def test_single_settings_come_from_the_environment(self):
        variables = {"TOWERMILL_CONFIG": self.write("empty.yaml", {}),
                     "TOWERMILL_WORKSPACES": f"demo={self.home}/workspace",
                     "TOWERMILL_TOKEN_SHA256": self.settings["token_sha256"][0],
                     "TOWERMILL_STATE_DIR": str(self.home / "run")}
        self.assertEqual(self.status(**variables), "Status: 200 OK")

    def test_nothing_that_a_caller_sends_is_a_setting(self):
        self.write("bin/towermill.yaml", self.settings)
        sent = {"HTTP_TOWERMILL_CONFIG": "/no/such/file", "HTTP_TOWERMILL_STATE_DIR": "/no/such/folder",
                "QUERY_STRING": "TOWERMILL_CONFIG=/no/such/file&config=/no/such/file"}
        self.assertEqual(self.status(**sent), "Status: 200 OK")

    def test_wrong_settings_are_500_to_the_caller_and_told_to_the_log(self):
        file = self.write("bin/towermill.yaml", self.settings | {"timeout": 5})
        head, body, log = self.request("/api/version")
        self.assertTrue(head.startswith("Status: 500 "), head)
        self.assertEqual(body, "Internal: the server cannot serve; its log says why")
        self.assertIn(f"there is no setting timeout ({file}:", log)

    def test_a_folder_of_state_that_cannot_be_used_is_500_and_not_named(self):
        self.write("bin/towermill.yaml", self.settings | {"state_dir": "/proc/no-such"})
        head, body, log = self.request("/api/version")
        self.assertTrue(head.startswith("Status: 500 "), head)
        self.assertNotIn("/proc", body)
        self.assertIn("/proc/no-such", log)


class HandedASocket(WebServerless):
    """A process manager's start: no argument, a listening socket on descriptor 0."""

    def setUp(self):
        super().setUp()
        self.write("bin/towermill.yaml", self.settings)
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(str(self.home / "manager.sock"))
        self.listener.listen(16)
        self.started = []

    def tearDown(self):
        for process in self.started:
            process.terminate()
            process.communicate(timeout=30)
        self.listener.close()
        super().tearDown()

    def start(self):
        process = subprocess.Popen([self.program], env={"TMPDIR": str(self.home / "temp")},
                                   stdin=self.listener.fileno(), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        self.started.append(process)
        return process

    def answer(self):
        with Wire(str(self.home / "manager.sock")) as wire:
            wire.request(variables("GET", "/api/version"))
            return wire.answer()

    def test_it_serves_as_fastcgi(self):
        self.start()
        self.assertIn("Status: 200", self.answer()[0])

    def test_several_share_the_socket_and_the_folders(self):
        several = [self.start() for _ in range(3)]
        jobs = self.home / "run/jobs"
        self.assertTrue(wait_until(lambda: jobs.exists() and len(list(jobs.iterdir())) == 3, 10))
        for process in several[:2]:
            process.terminate()
            self.assertEqual(process.wait(30), 0)
        self.assertIn("Status: 200", self.answer()[0])
        self.assertEqual(len(list(jobs.iterdir())), 1)

    def test_what_a_killed_one_has_left_is_cleared_by_another(self):
        self.start()
        self.assertIsNotNone(self.answer())
        jobs = self.home / "run/jobs"
        dead = jobs / "1-0"
        (dead / "some-job").mkdir(parents=True)
        self.assertTrue(wait_until(lambda: not dead.exists(), 10))

    def test_wrong_settings_end_it_with_status_100(self):
        self.write("bin/towermill.yaml", {"timeout": 5})
        process = self.start()
        self.assertEqual(process.wait(30), 100)
        self.assertIn(b"there is no setting timeout", process.stderr.read())
