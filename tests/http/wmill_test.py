"""Windmill's own command line, as npm has it, takes this server for Windmill's."""

import os
import shutil
import subprocess
import tempfile

import npm
from rig import TOKEN
from token_case import TokenCase

NODE = "/usr/bin/node" if os.path.exists("/usr/bin/node") else shutil.which("node")
SHA512 = "/sxOQRPWjBxuoVBKutLxy1ZX/EYifgyVahLbzNsf2xWR5IJJ3qim9p/Y5jJL3caai1PbmeY/LLQrjK6JAr3Nig=="


class CommandLine(TokenCase):
    @classmethod
    def setUpClass(cls):
        cls.program = npm.package("windmill-cli", "1.819.0", SHA512) / "esm/main.js"
        super().setUpClass()

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def wmill(self, *arguments):
        environment = {"PATH": "/usr/bin:/bin", "HOME": self.folder.name, "NO_COLOR": "1"}
        done = subprocess.run([NODE, str(self.program), *arguments], cwd=self.folder.name, env=environment,
                              stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120)
        return done.returncode, done.stdout + done.stderr

    def add(self, token, workspace="demo"):
        return self.wmill("workspace", "add", "here", workspace, f"http://127.0.0.1:{self.rig.port}/", "--token", token)

    def test_it_adds_a_workspace_and_knows_who_it_is(self):
        token = self.created({"label": "cli"})
        status, said = self.add(token)
        self.assertEqual(status, 0, said)
        status, said = self.wmill("workspace", "whoami")
        self.assertEqual(status, 0, said)
        self.assertIn("label-cli@towermill.local", said)

    def test_it_cannot_add_a_workspace_that_is_not_there(self):
        self.assertNotEqual(self.add(TOKEN, "none")[0], 0)

    def test_it_is_told_of_a_wrong_token(self):
        self.assertIn("Credentials or instance is invalid", self.add("wrong")[1])

    def test_a_token_that_was_revoked_is_told_of_too(self):
        token = self.created({})
        self.add(token)
        self.revoke(token)
        self.assertNotIn("@towermill.local", self.wmill("workspace", "whoami")[1])
