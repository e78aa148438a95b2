"""Where secrets must never be: a log, an environment, a command line, an answer, the disk."""

import json
import socket
from pathlib import Path

from case import each
from rig import SERVER_SECRET, TOKEN, run_url, wait_until
from token_case import TokenCase

ELSEWHERE = "SomebodyElsesSecret0123456789SomebodyElses"

WAITS = """
import os, time
def main(go):
    with open("{shared}/pids", "a") as file: print(os.getpid(), os.getppid(), file=file)
    while not os.path.exists(go): time.sleep(0.02)
    return dict(os.environ)
"""


class Secrets(TokenCase):
    settings = {"log_level": "debug"}

    def secrets(self):
        token = self.created({"label": "shop"})
        return [TOKEN, token, ELSEWHERE]

    def ways(self, token):
        yield {"Authorization": f"Bearer {token}"}, ""
        yield {"Cookie": f"token={token}; session={token}"}, ""
        yield {}, f"?token={token}"
        yield {"Authorization": f"Basic {token}", "X-Api-Key": token, "Proxy-Authorization": token}, f"?token={token}"

    def test_no_token_is_in_a_log_or_in_an_answer(self):
        secrets = self.secrets()
        paths = [run_url(self.hello), run_url("f/t/nothing"), "/api/w/none/jobs/run_wait_result/p/f/t/hello",
                 "/api/users/whoami", "/api/users/tokens/list", "/api/metrics", "/api/w/demo/openapi.json",
                 "/api/nothing", "/api/r/nothing", "/api/users/tokens/delete/0123456789"]
        for secret in secrets:
            for headers, query in self.ways(secret):
                for path in paths:
                    for method in ("POST", "GET", "DELETE"):
                        answer = self.rig.call(method, path + query, b"{", headers, token=None)
                        shown = answer.body + repr(answer.headers).encode()
                        self.assertNotIn(secret.encode(), shown, (method, path))
        for secret in secrets:
            self.assertNotIn(secret, self.rig.log())
            self.assertNotIn(secret, (self.rig.home / "access.log").read_text())

    def test_no_token_of_a_caller_is_in_the_environment_or_the_command_line_of_a_run_or_of_its_parents(self):
        script = self.rig.script("f/t/waits.py", WAITS.format(shared=self.rig.shared))
        for number, secret in enumerate(self.secrets()[:2]):
            (self.rig.shared / "pids").unlink(missing_ok=True)
            go = self.rig.shared / f"go{number}"
            connection = self.rig.begin(script, {"go": str(go)}) if number == 0 else self.begin_by(secret, script, go)
            self.assertTrue(wait_until(lambda: (self.rig.shared / "pids").exists(), 20))
            pids = self.rig.noted("pids") + [str(self.rig.server_pid), str(self.rig.keeper_pid)]
            for pid in pids:
                for what in ("environ", "cmdline"):
                    try:
                        shown = Path(f"/proc/{pid}/{what}").read_bytes()
                    except PermissionError:
                        continue
                    self.assertNotIn(secret.encode(), shown)
            go.touch()
            connection.makefile("rb").read()
            connection.close()

    def begin_by(self, token, script, go):
        body = json.dumps({"go": str(go)})
        connection = socket.create_connection(("127.0.0.1", self.rig.port), timeout=30)
        connection.sendall(
            f"POST {run_url(script)}?token={token} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            f"Cookie: token={token}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n{body}".encode()
        )
        return connection

    def test_no_token_is_on_the_disk(self):
        secrets = self.secrets()
        for secret in secrets:
            self.rig.run(self.hello, token=secret)
        for file in (self.rig.home / "run").rglob("*"):
            if file.is_file():
                held = file.read_bytes()
                for secret in secrets:
                    self.assertNotIn(secret.encode(), held, file)

    @each([("an error", "raise ValueError('no')", 422), ("no result", "import os; os._exit(3)", 422)])
    def failing(self, line, status):
        script = self.rig.script("f/t/fails.py", f"def main():\n    {line}")
        token = self.created({})
        answer = self.rig.run(script, token=token)
        self.assertEqual(answer.status, status)
        for secret in (token, SERVER_SECRET):
            self.assertNotIn(secret, answer.text)
