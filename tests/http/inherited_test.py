"""A server that is handed its listening socket: by a web server on descriptor 0, or by systemd."""

import socket
import subprocess
import unittest

from fastcgi import Wire, variables
from rig import PROGRAM, Rig


class Inherited(unittest.TestCase):
    """The rig's own server is stopped; another one takes its place on a socket made here."""

    def setUp(self):
        self.rig = Rig()
        self.rig.server.terminate()
        self.rig.server.wait(20)
        self.path = str(self.rig.home / "inherited.sock")
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(self.path)
        self.listener.listen(16)

    def tearDown(self):
        self.listener.close()
        self.assertEqual(self.rig.stop(), [])

    def serve(self, command, **descriptors):
        self.rig.server = subprocess.Popen(command, cwd=self.rig.home, stderr=subprocess.DEVNULL, **descriptors)

    def answer(self):
        with Wire(self.path) as wire:
            wire.request(variables("GET", "/api/version"))
            return wire.answer()

    def test_on_descriptor_0(self):
        self.serve([PROGRAM, "serve", "--config", "towermill.yaml"], stdin=self.listener.fileno())
        self.assertIn("Status: 200", self.answer()[0])

    def test_from_systemd(self):
        line = f'LISTEN_PID=$$ LISTEN_FDS=1 exec "{PROGRAM}" serve --config towermill.yaml 3<&0 0</dev/null'
        self.serve(["sh", "-c", line], stdin=self.listener.fileno())
        self.assertIn("Status: 200", self.answer()[0])

    def test_a_socket_that_was_handed_over_is_left_in_place(self):
        self.serve([PROGRAM, "serve", "--config", "towermill.yaml"], stdin=self.listener.fileno())
        self.assertIsNotNone(self.answer())
        self.rig.server.terminate()
        self.rig.server.wait(20)
        self.serve([PROGRAM, "serve", "--config", "towermill.yaml"], stdin=self.listener.fileno())
        self.assertIn("Status: 200", self.answer()[0])
