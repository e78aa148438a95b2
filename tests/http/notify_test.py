"""What the service manager hears from its main process: sd_notify(3)'s protocol, on a socket of the test's own."""

import fcntl
import os
import signal
import socket
import struct
import subprocess
import unittest

from rig import PROGRAM, Rig

CREDENTIALS = struct.Struct("3i")


class Notified(unittest.TestCase):
    def setUp(self):
        self.rig = Rig()
        self.rig.server.terminate()
        self.rig.server.wait(40)
        self.manager = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.manager.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
        self.manager.bind(str(self.rig.home / "notify"))

    def tearDown(self):
        self.manager.close()
        self.assertEqual(self.rig.stop(), [])

    def serve(self, *flags):
        environment = {"PATH": "/usr/bin:/bin", "HOME": str(self.rig.home),
                       "NOTIFY_SOCKET": str(self.rig.home / "notify")}
        with open(self.rig.home / "towermill.log", "ab") as log:
            self.rig.server = subprocess.Popen([PROGRAM, "serve", "--config", "towermill.yaml", *flags],
                                               cwd=self.rig.home, env=environment, stderr=log)

    def told(self, seconds=30):
        """The next datagram's lines, from the process that was started and from no other; None: none came."""
        self.manager.settimeout(seconds)
        try:
            text, [(_, _, credentials)], _, _ = self.manager.recvmsg(4096, socket.CMSG_SPACE(CREDENTIALS.size))
        except TimeoutError:
            return None
        self.assertEqual(CREDENTIALS.unpack(credentials)[0], self.rig.server.pid)
        return text.decode().splitlines()

    def test_ready_is_told_when_requests_are_served_and_stopping_at_the_stop(self):
        self.serve("--stop-s", "20")
        self.assertEqual(self.told(), ["READY=1", "STATUS=Serving"])
        self.assertEqual(self.rig.call("GET", "/api/version").status, 200)
        self.rig.server.send_signal(signal.SIGTERM)
        stopping = self.told()
        self.assertIn("STOPPING=1", stopping)
        self.assertIn("EXTEND_TIMEOUT_USEC=35000000", stopping)
        self.assertEqual(self.rig.server.wait(40), 0)
        self.assertIsNone(self.told(0.1))

    def test_a_start_that_has_to_wait_is_not_ready(self):
        lock = os.open(self.rig.socket + ".lock", os.O_RDWR | os.O_CREAT, 0o600)
        self.addCleanup(os.close, lock)
        fcntl.flock(lock, fcntl.LOCK_EX)
        self.serve()
        self.assertIsNone(self.told(1))
        fcntl.flock(lock, fcntl.LOCK_UN)
        self.assertEqual(self.told(), ["READY=1", "STATUS=Serving"])

    def test_a_start_that_fails_is_never_ready_and_the_log_says_why(self):
        self.serve("--workspaces", "demo=/nowhere/at/all")
        self.assertEqual(self.rig.server.wait(40), 100)
        self.assertIsNone(self.told(0.1))
        self.assertIn("/nowhere/at/all", self.rig.log())

    def test_the_servers_death_and_its_new_start_are_told(self):
        self.serve()
        self.assertIn("READY=1", self.told())
        os.kill(self.rig.server_pid, signal.SIGKILL)
        self.assertEqual(self.told(), ["STATUS=The server died with status 137; it is started anew"])
        self.assertEqual(self.told(), ["READY=1", "STATUS=Serving"])
        self.assertEqual(self.rig.call("GET", "/api/version").status, 200)
