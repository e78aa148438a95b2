"""Who may call, and what exists."""

import re

from case import RigCase, each
from rig import TOKEN, run_url

MARKS = 'folder="$1"\necho ran >>"$folder/ran"\n'


class Access(RigCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.path = cls.rig.script("f/t/hello.py", "def main(name='World'): return {'Hello': name}")

    def hello(self, query="", method="POST", body="{}", **more):
        return self.rig.call(method, run_url(self.path) + query, body, more.pop("headers", {}), **more)

    # --- The token --------------------------------------------------------------------------------------------

    @each(
        [
            ("no token", {}, ""),
            ("a wrong token", {"Authorization": "Bearer wrong"}, ""),
            ("half of the token", {"Authorization": f"Bearer {TOKEN[:20]}"}, ""),
            ("the token and more", {"Authorization": f"Bearer {TOKEN}x"}, ""),
            ("another scheme", {"Authorization": f"Basic {TOKEN}"}, ""),
            ("a wrong cookie", {"Cookie": "token=wrong"}, ""),
            ("a cookie of another name", {"Cookie": f"xtoken={TOKEN}"}, ""),
            ("a wrong token in the query", {}, "?token=wrong"),
            ("a wrong header beside the right query", {"Authorization": "Bearer wrong"}, f"?token={TOKEN}"),
        ]
    )
    def refused(self, headers, query):
        answer = self.hello(query, token=None, headers=headers)
        self.expect_text(answer, 401, "Unauthorized")
        self.assertEqual(answer.header("WWW-Authenticate"), "Bearer")

    @each(
        [
            ("a bearer token", {"Authorization": f"Bearer {TOKEN}"}, ""),
            ("the scheme in small letters", {"Authorization": f"bearer {TOKEN}"}, ""),
            ("a cookie", {"Cookie": f"a=b; token={TOKEN}; c=d"}, ""),
            ("the query", {}, f"?token={TOKEN}"),
            ("the query among others", {}, f"?wrap_body=false&token={TOKEN}"),
        ]
    )
    def let_in(self, headers, query):
        self.expect(self.hello(query, token=None, headers=headers), 200, body='{"Hello":"World"}')

    def test_a_stranger_cannot_tell_what_exists(self):
        known = self.hello(token=None)
        unknown = self.rig.call("POST", run_url("f/t/nothing"), "{}", token=None)
        self.assertEqual((known.status, known.body), (unknown.status, unknown.body))

    def test_a_stranger_starts_nothing(self):
        script = self.rig.script("f/t/marks.sh", MARKS)
        self.rig.run(script, {"folder": str(self.rig.shared)}, token="wrong")
        self.assertFalse((self.rig.shared / "ran").exists())

    def test_the_token_is_neither_in_the_log_nor_in_nginxs(self):
        self.hello(f"?token={TOKEN}", token=None)
        self.hello("?token=somebody-elses-secret", token=None)
        for text in (self.rig.log(), (self.rig.home / "access.log").read_text()):
            self.assertNotIn(TOKEN, text)
            self.assertNotIn("somebody-elses-secret", text)

    def test_the_version_needs_no_token(self):
        version = self.rig.call("GET", "/api/version", token=None)
        self.expect(version, 200)
        self.assertTrue(version.header("Content-Type").startswith("text/plain"))
        self.assertRegex(version.text, r"\d+\.\d+\.\d+")

    def test_the_health_needs_no_token(self):
        answer = self.rig.call("GET", "/api/health/status", token=None)
        self.expect(answer, 200, "application/json")
        self.assertEqual(answer.json()["status"], "healthy")

    # --- Methods ----------------------------------------------------------------------------------------------

    def test_head_is_200_and_runs_nothing(self):
        script = self.rig.script("f/t/head.sh", f"echo ran >{self.rig.shared}/head")
        answer = self.rig.call("HEAD", run_url(script))
        self.expect(answer, 200, body="")
        self.assertFalse((self.rig.shared / "head").exists())

    @each([(method, method) for method in ("PUT", "PATCH", "DELETE", "PROPFIND")])
    def another_method_is_405_with_allow(self, method):
        answer = self.hello(method=method)
        self.assertEqual(answer.status, 405, answer)
        self.assertEqual(set(re.split(r",\s*", answer.header("Allow"))) & {"GET", "POST"}, {"GET", "POST"})

    # --- What is not there ------------------------------------------------------------------------------------

    def test_an_unknown_script_is_404_with_its_name(self):
        self.expect_text(self.rig.run("f/t/nothing"), 404, "Not found: script not found at name f/t/nothing")

    @each(
        [
            ("another workspace", "/api/w/other/jobs/run_wait_result/p/f/t/hello"),
            ("no such endpoint", "/api/w/demo/jobs/nothing/p/f/t/hello"),
            ("nothing at all", "/api/"),
            ("an unknown name", "/api/nothing"),
            ("half a path", "/api/w/demo/jobs/run_wait_result/p"),
        ]
    )
    def not_found(self, path):
        answer = self.rig.call("POST", path, "{}")
        self.assertEqual(answer.status, 404, answer)
        self.assertTrue(answer.text.startswith("Not found: "), answer)
        self.assertNotIn(str(self.rig.home), answer.text)

    def test_a_script_of_a_user_is_found(self):
        self.expect(self.rig.run(self.rig.script("u/ada/hello.py", "def main(): return 1")), 200, body="1")

    def test_a_script_in_a_deeper_folder_is_found(self):
        self.expect(self.rig.run(self.rig.script("f/t/deep/er/hello.py", "def main(): return 1")), 200, body="1")


class Traversal(RigCase):
    """Nothing outside the workspace can be named, however it is spelled."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        rig = cls.rig
        rig.script("f/t/hello.py", "def main(): return 'inside'")
        outside = rig.home / "outside"
        outside.mkdir()
        (outside / "secret.py").write_text("def main(): return 'leaked'")
        (rig.workspace / "secret.py").write_text("def main(): return 'leaked'")
        (rig.workspace / "f/.hidden.py").write_text("def main(): return 'leaked'")
        (rig.workspace / "f/t/link.py").symlink_to(outside / "secret.py")
        (rig.workspace / "f/linked").symlink_to(outside)

    @each(
        [
            (path, path)
            for path in (
                "f/../secret", "f/t/../../secret", "../outside/secret", "f/%2e%2e/secret", "f/t/%2e%2e/%2e%2e/secret",
                "%2e%2e/outside/secret", "f/..%2fsecret", "f/t/..%2f..%2f..%2foutside%2fsecret",
                "f/%252e%252e/secret", "f/./t/hello", "f//t/hello", "/f/t/hello", "f/t/hello/", "f/t/", "f/t", "f",
                "f/t/hello.py", "f/t/hello%00", "f/t/hello%00.py", "f\\t\\hello", "f/t%5chello", "f/t/..%5c..%5csecret",
                "f/.hidden", "f/t/link", "f/linked/secret", "secret", "x/t/hello", "%2ff/t/hello", "f/t/hello%0a",
                "f/t/%c0%ae%c0%ae/hello", "f/t/hello;x", "f/t/HELLO", "f/t/%20hello", "F/t/hello", "f/t/h%e9llo",
                "f/t/..", "f/t/.", "f/t/~", "etc/passwd", "%2fetc%2fpasswd", "f/" + "a" * 300 + "/b", "f/" * 2000 + "x",
            )
        ]
    )
    def path(self, path):
        for method in (b"POST", b"GET"):
            reply = self.rig.raw(
                method + b" " + run_url(path).encode() + b" HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n"
                b"Authorization: Bearer " + TOKEN.encode() + b"\r\nConnection: close\r\n\r\n"
            )
            self.assertRegex(reply[:16], rb"^HTTP/1.1 (40[04]|414)", (method, reply[:300]))
            self.assertNotIn(b"leaked", reply)
            self.assertNotIn(str(self.rig.home).encode(), reply)

    def test_what_is_inside_answers(self):
        self.expect(self.rig.run("f/t/hello"), 200, body='"inside"')

    def test_an_escaped_letter_is_the_letter(self):
        self.expect(self.rig.run("f/t/h%65llo"), 200, body='"inside"')
