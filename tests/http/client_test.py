"""Windmill's own client for Node.js, as npm has it, speaks with this server as with Windmill's."""

import base64
import json
import os
import shutil
import subprocess

import npm
import processes
from case import RigCase, each
from rig import SOURCE, TOKEN, wait_until

NODE = "/usr/bin/node" if os.path.exists("/usr/bin/node") else shutil.which("node")
SHA512 = "urirAkKRdCYAFeqS2GUbmD8NcgpP2V2/hoeQ1b6ZlDloSroPu704OjemPdWNOi39BKrvS7xoBs8xFH7u12S8tg=="
POST = ("JobService", "runWaitResultScriptByPath")
GET = ("JobService", "runWaitResultScriptByPathGet")
PIXEL = base64.b64encode(b"\x89PNG\r\n\x1a\n").decode()
REASONS = {401: "Unauthorized", 404: "Not Found", 422: "Unprocessable Content", 500: "Internal Server Error",
           504: "Gateway Timeout"}


class Client(RigCase):
    module = "dist/index.js"

    @classmethod
    def setUpClass(cls):
        cls.client = npm.package("windmill-client", "1.818.0", SHA512)
        super().setUpClass()
        cls.echo = cls.rig.script("f/t/echo.py", "def main(**args): return args")

    def begin(self, method, data, token=TOKEN, cancel_when=None):
        """Starts a call by the client."""
        asked = {
            "file": str(self.client / self.module), "base": f"http://127.0.0.1:{self.rig.port}", "token": token,
            "method": method, "data": data, "cancel_when": cancel_when,
        }
        # An environment without Windmill's variables and proxies.
        program = subprocess.Popen(
            [NODE, str(SOURCE / "tests/http/windmill_client.mjs")], env={"PATH": "/usr/bin:/bin"}, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )
        program.stdin.write(json.dumps(asked))
        program.stdin.close()
        program.stdin = None
        return program

    def end(self, program):
        """What the client gave its caller. It says on standard error what it could not read."""
        said, complaints = program.communicate(timeout=60)
        self.assertEqual((program.returncode, complaints), (0, ""))
        return json.loads(said)

    def call(self, method, data, **more):
        return self.end(self.begin(method, data, **more))

    def run_script(self, source, args=None, file="f/t/script.py", **more):
        path = self.rig.script(file, source, more.pop("yaml", None))
        return self.call(POST, {"workspace": "demo", "path": path, "requestBody": args or {}}, **more)


def value(of):
    return {"type": "JSON", "value": of}


class Results(Client):
    @each(
        (title, source, expected)
        for title, source, expected in [
            ("object", {"a": [1, {"ü": None}]}, value({"a": [1, {"ü": None}]})),
            ("string", "Hello, Ada", value("Hello, Ada")),
            ("number", 1.5, value(1.5)),
            ("false", False, value(False)),
            ("null", None, value(None)),
            ("status 201", {"windmill_status_code": 201, "result": {"a": 1}}, value({"a": 1})),
            ("status 204", {"windmill_status_code": 204}, {"type": "undefined"}),
            ("status without body", {"windmill_status_code": 202}, {"type": "undefined"}),
            ("csv", {"windmill_content_type": "text/csv", "result": "Hello;World"}, value("Hello;World")),
            ("problem json", {"windmill_content_type": "application/problem+json", "result": {"a": 1}},
             value({"a": 1})),
            ("picture", {"windmill_content_type": "image/png", "windmill_content_transfer_encoding": "base64",
                         "result": PIXEL}, {"type": "Blob", "media_type": "image/png", "base64": PIXEL}),
        ]
    )
    def result(self, result, expected):
        self.assertEqual(self.run_script(f"def main(): return {result!r}"), expected)

    def test_args_arrive_as_they_were_given(self):
        args = {"name": "Ada", "n": 1.5, "list": [None, True, {"ü": "\u2028"}]}
        self.assertEqual(
            self.call(POST, {"workspace": "demo", "path": self.echo, "requestBody": args}), value(args)
        )

    def test_a_body_that_is_no_object_is_the_arg_body(self):
        for body in ("text", [1], None):
            with self.subTest(body):
                given = self.call(POST, {"workspace": "demo", "path": self.echo, "requestBody": body})
                self.assertEqual(given, value({"body": body}))

    def test_a_call_without_a_body_has_no_args(self):
        self.assertEqual(self.call(POST, {"workspace": "demo", "path": self.echo}), value({}))

    @each([("plain", {"name": "Ada"}), ("plus_and_slash_in_base64", {"a": "~~~???>>>", "ü": "ÿþ"}), ("none", None)])
    def get(self, args):
        data = {"workspace": "demo", "path": self.echo}
        if args is not None:
            data["payload"] = base64.b64encode(json.dumps(args, ensure_ascii=False).encode()).decode()
        self.assertEqual(self.call(GET, data), value(args or {}))

    def test_what_the_client_may_say_besides_args_is_no_obstacle(self):
        data = {"workspace": "demo", "path": self.echo, "requestBody": {"a": 1}, "tag": "heavy", "cacheTtl": "5",
                "queueLimit": "10", "skipPreprocessor": True}
        self.assertEqual(self.call(POST, data), value({"a": 1}))

    @each([("bash", "f/t/hello.sh", 'name="$1"\necho "{\\"Hello\\":\\"$name\\"}"\n'),
           ("program", "f/t/greets", '#!/bin/sh\necho \'{"Hello":"Ada"}\'\n')])
    def language(self, file, source):
        self.assertEqual(self.run_script(source, {"name": "Ada"}, file=file), value({"Hello": "Ada"}))


class ResultsForAModule(Results):
    """The same, imported as an ES module."""

    module = "dist/index.mjs"


class Server(Client):
    def test_the_server_tells_its_version(self):
        self.assertRegex(self.call(("SettingsService", "backendVersion"), {})["value"], r"^CE v\d+\.\d+\.\d+")

    def test_the_server_tells_its_health(self):
        for data in ({}, {"force": True}):
            health = self.call(("HealthService", "getHealthStatus"), data)["value"]
            self.assertEqual((health["status"], health["database_healthy"]), ("healthy", True))
            self.assertGreater(health["workers_alive"], 0)


class Errors(Client):
    def expect_error(self, given, status, body):
        self.assertEqual((given["type"], given["name"], given["is_api_error"]), ("error", "ApiError", True), given)
        self.assertEqual((given["status"], given["message"]), (status, REASONS[status]))
        self.assertEqual(given["body"], body)

    def test_an_exception_is_422_with_the_error_as_the_body(self):
        given = self.run_script("def main(): raise ValueError('no cheese')")
        self.assertIn("no cheese", given["body"]["error"].pop("stack"))
        self.expect_error(given, 422, {"error": {"name": "ValueError", "message": "no cheese"}})

    def test_a_failure_that_the_script_tells_is_422_with_its_result_as_the_body(self):
        given = self.run_script("def main(): return {'wm_failure': 'no cheese', 'shop': 'closed'}")
        error = {"name": "ManualFailure", "message": "no cheese"}
        self.expect_error(given, 422, {"wm_failure": "no cheese", "shop": "closed", "error": error})

    def test_a_status_of_the_scripts_own_comes_with_its_body(self):
        given = self.run_script("def main(): return {'windmill_status_code': 404, 'result': {'missing': 'cheese'}}")
        self.expect_error(given, 404, {"missing": "cheese"})

    def test_a_wrong_token_is_401(self):
        given = self.call(POST, {"workspace": "demo", "path": self.echo, "requestBody": {}}, token="wrong")
        self.expect_error(given, 401, "Unauthorized")

    def test_a_script_that_is_not_there_is_404(self):
        given = self.call(POST, {"workspace": "demo", "path": "f/t/none", "requestBody": {}})
        self.expect_error(given, 404, "Not found: script not found at name f/t/none")

    def test_an_invalid_status_is_500(self):
        given = self.run_script("def main(): return {'windmill_status_code': 42, 'result': 1}")
        self.expect_error(given, 500, "Invalid status code")

    def test_a_run_that_takes_too_long_is_504(self):
        given = self.run_script("import time\ndef main(): time.sleep(60)", file="f/t/slow.py", yaml="timeout: 1")
        self.expect_error(given, 504, "timeout after 1s")

    def test_a_call_that_is_cancelled_ends_its_run(self):
        self.rig.script("f/t/waits.py", f"""
            import os, time
            def main():
                with open("{self.rig.shared}/running", "w") as file: print(os.getpid(), file=file)
                time.sleep(60)
            """)
        data = {"workspace": "demo", "path": "f/t/waits", "requestBody": {}}
        given = self.call(POST, data, cancel_when=str(self.rig.shared / "running"))
        self.assertEqual(given["name"], "CancelError")
        pid = int(self.rig.noted("running")[0])
        self.assertTrue(wait_until(lambda: not processes.is_alive(pid), 20))
