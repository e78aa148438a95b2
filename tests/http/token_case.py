"""The base of tests of tokens: a rig with two scripts, and the ways to make tokens and take them back."""

import json
import subprocess

from case import RigCase
from rig import PROGRAM, TOKEN


class TokenCase(RigCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.hello = cls.rig.script("f/t/hello.py", "def main(): return 'Hello'")
        cls.other = cls.rig.script("f/t/other.py", "def main(): return 'Other'")

    def towermill(self, *arguments):
        command = [PROGRAM, "token", *arguments, "--config", str(self.rig.home / "towermill.yaml")]
        return subprocess.run(command, capture_output=True, text=True, timeout=60,
                              env={"PATH": "/usr/bin:/bin", "HOME": str(self.rig.home)})

    def made(self, *arguments):
        done = self.towermill("create", *arguments)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout.strip()

    def create(self, body, token=TOKEN):
        return self.rig.call("POST", "/api/users/tokens/create", json.dumps(body), token=token)

    def created(self, body, token=TOKEN):
        answer = self.create(body, token)
        self.assertEqual(answer.status, 201, answer)
        return answer.text

    def listed(self, query="", token=TOKEN):
        answer = self.rig.call("GET", "/api/users/tokens/list" + query, token=token)
        self.expect(answer, 200, "application/json")
        return answer.json()

    def revoke(self, token, by=TOKEN):
        return self.rig.call("DELETE", f"/api/users/tokens/delete/{token[:10]}", token=by)

    def status(self, token, path=None):
        return self.rig.run(path or self.hello, token=token).status
