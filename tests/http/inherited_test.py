"""A server that is handed its listening socket: by a web server on descriptor 0, or by systemd."""

import os
import shutil
import signal
import socket
import subprocess
import time
import unittest
from concurrent.futures import ThreadPoolExecutor

from fastcgi import Wire, variables
from rig import PROGRAM, SERVER_SECRET, TOKEN, Rig, run_url, wait_until


class InheritedCase(unittest.TestCase):
    """The rig's own server is stopped; another one takes its place on a socket made here."""

    def setUp(self):
        self.rig = Rig()
        self.stop()
        self.path = self.rig.socket  # nginx's
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(self.path)
        self.listener.listen(16)

    def tearDown(self):
        self.listener.close()
        self.assertEqual(self.rig.stop(), [])

    def serve(self, command, **descriptors):
        with open(self.rig.home / "towermill.log", "ab") as log:
            self.rig.server = subprocess.Popen(command, cwd=self.rig.home, stderr=log, **descriptors)

    def serve_on_descriptor_0(self):
        self.serve([PROGRAM, "serve", "--config", "towermill.yaml"], stdin=self.listener.fileno())

    def stop(self):
        self.rig.server.terminate()
        self.assertEqual(self.rig.server.wait(40), 0)

    def logged(self, event):
        return self.rig.log().count(f'"{event}"')

    def answer(self):
        with Wire(self.path) as wire:
            wire.request(variables("GET", "/api/version"))
            return wire.answer()


class Inherited(InheritedCase):
    def test_on_descriptor_0(self):
        self.serve_on_descriptor_0()
        self.assertIn("Status: 200", self.answer()[0])

    def test_from_systemd(self):
        line = f'LISTEN_PID=$$ LISTEN_FDS=1 exec "{PROGRAM}" serve --config towermill.yaml 3<&0 0</dev/null'
        self.serve(["sh", "-c", line], stdin=self.listener.fileno())
        self.assertIn("Status: 200", self.answer()[0])

    def test_a_socket_that_was_handed_over_is_left_in_place(self):
        self.serve_on_descriptor_0()
        self.assertIsNotNone(self.answer())
        self.stop()
        self.serve_on_descriptor_0()
        self.assertIn("Status: 200", self.answer()[0])

    def test_requests_that_arrive_between_two_servers_wait_and_are_served(self):
        slow = self.rig.script("f/t/slow.sh", f"echo started >{self.rig.shared}/slow; sleep 1; echo done")
        quick = self.rig.script("f/t/quick.sh", "echo quick")
        with ThreadPoolExecutor(9) as pool:
            self.serve_on_descriptor_0()
            running = pool.submit(self.rig.run, slow)
            self.rig.noted("slow", 20)
            stopping = self.logged("stopping")
            self.rig.server.send_signal(signal.SIGTERM)
            self.assertTrue(wait_until(lambda: self.logged("stopping") > stopping, 20))
            waiting = [pool.submit(self.rig.run, quick) for _ in range(8)]
            self.assertEqual(running.result().text, '"done"')
            self.assertEqual(self.rig.server.wait(40), 0)
            self.assertFalse(any(answer.done() for answer in waiting))
            self.serve_on_descriptor_0()
            self.assertEqual([answer.result().text for answer in waiting], ['"quick"'] * 8)

    def test_who_connected_just_before_the_stop_is_still_served(self):
        self.serve_on_descriptor_0()
        self.assertIsNotNone(self.answer())
        stopping = self.logged("stopping")
        with Wire(self.path) as wire, Wire(self.path) as later:
            later.request(variables("GET", "/api/version"))
            self.assertIsNotNone(later.answer())  # connections are accepted in order: so the first one is too
            self.rig.server.send_signal(signal.SIGTERM)
            self.assertTrue(wait_until(lambda: self.logged("stopping") > stopping, 20, 0.001))
            wire.request(variables("GET", "/api/version"))
            self.assertIn("Status: 200", (wire.answer() or [""])[0])


    def test_a_request_that_waits_on_a_kept_connection_is_served_before_the_end(self):
        held = self.rig.script("f/t/held.sh", f"""
            echo started >>{self.rig.shared}/held
            until [ -e {self.rig.shared}/end ]; do sleep 0.02; done
        """)
        self.serve_on_descriptor_0()
        with Wire(self.path) as wire:
            given = variables("POST", run_url(held), TOKEN)
            wire.request(given, keep=True)
            self.rig.noted("held")
            wire.request(given, keep=True)
            stopping = self.logged("stopping")
            self.rig.server.send_signal(signal.SIGTERM)
            self.assertTrue(wait_until(lambda: self.logged("stopping") > stopping, 20))
            time.sleep(0.2)
            (self.rig.shared / "end").touch()
            for _ in range(2):
                self.assertIn("Status: 200", (wire.answer() or [""])[0])
        self.assertEqual(self.rig.server.wait(40), 0)


class Activated(InheritedCase):
    """By systemd's own tool, which starts the server at the first connection."""

    def setUp(self):
        super().setUp()
        self.listener.close()
        os.unlink(self.path)

    def test_the_first_request_starts_it_and_scripts_see_nothing_of_systemd(self):
        systemd = {
            "NOTIFY_SOCKET": "@towermill-test-nobody", "INVOCATION_ID": SERVER_SECRET, "JOURNAL_STREAM": "1:1",
            "CREDENTIALS_DIRECTORY": SERVER_SECRET, "STATE_DIRECTORY": SERVER_SECRET, "MAINPID": "1",
        }
        passed = [f"--setenv={name}={value}" for name, value in systemd.items()]
        self.serve([shutil.which("systemd-socket-activate"), f"--listen={self.path}", *passed,
                    PROGRAM, "serve", "--config", "towermill.yaml"])
        self.assertTrue(wait_until(lambda: os.path.exists(self.path), 20))
        self.assertEqual(self.rig.server_pid, None)
        script = self.rig.script("f/t/environment", "#!/bin/sh\ncat /proc/self/environ | tr '\\0' '\\n'\n")
        answer = self.rig.run(script)
        self.expect_environment(answer.text, [*systemd, "LISTEN_FDS", "LISTEN_PID", "LISTEN_FDNAMES"])

    def expect_environment(self, text, unwanted):
        self.assertIn("WM_JOB_ID=", text)
        names = {line.partition("=")[0] for line in text.replace("\\n", "\n").splitlines()}
        self.assertEqual(names & set(unwanted), set())
        self.assertNotIn(SERVER_SECRET, text)
