"""The base of the tests of custom routes."""

from case import RigCase

ECHO = "def main(**args): return args"


class RoutesCase(RigCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.echo = cls.rig.script("f/t/echo.py", ECHO)

    def ask(self, method, path, body=None, token=None, **headers):
        return self.rig.call(method, path, body, headers, token=token)

    def args_of(self, answer):
        self.assertEqual(answer.status, 200, answer)
        return answer.json()
