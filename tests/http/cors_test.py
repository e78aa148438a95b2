"""What browsers and webhook senders ask before they send, and what pages of other origins may read."""

import re

from case import RigCase, each
from rig import TOKEN, run_url

SHOP = "https://shop.example"
OTHER = "https://other.example"
PREFLIGHT = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization,x-mine"}


def methods_in(text):
    return set(re.split(r",\s*", text or ""))


class AnyOrigin(RigCase):
    """The default."""

    settings = {"body_limit_bytes": 1000}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.path = cls.rig.script("f/t/hello.py", "def main(name='World'): return {'Hello': name}")
        cls.rig.script("f/t/broken.py", "def main(): raise ValueError('out of cheese')")
        cls.rig.script("f/t/late.py", "import time\ndef main(): time.sleep(30)", "timeout: 1\n")
        own = {"Access-Control-Allow-Origin": "https://mine.example", "Vary": "Origin"}
        cls.rig.script("f/t/own.py", f"def main(): return {{'windmill_headers': {own}, 'result': 1}}")
        more = {"Access-Control-Allow-Credentials": "true"}
        cls.rig.script("f/t/more.py", f"def main(): return {{'windmill_headers': {more}, 'result': 1}}")

    def post(self, path, body="{}", method="POST", token=TOKEN, **headers):
        return self.rig.call(method, path, body, {"Origin": OTHER} | headers, token=token)

    @each(
        [
            ("a result", run_url("f/t/hello"), {}, 200),
            ("a failure", run_url("f/t/broken"), {}, 422),
            ("a timeout", run_url("f/t/late"), {}, 504),
            ("an unknown script", run_url("f/t/nothing"), {}, 404),
            ("an unknown path", "/api/nothing", {}, 404),
            ("another method", run_url("f/t/hello"), {"method": "PUT"}, 405),
            ("no token", run_url("f/t/hello"), {"token": None}, 401),
            ("a bad body", run_url("f/t/hello"), {"body": "{"}, 400),
            ("a long body", run_url("f/t/hello"), {"body": "x" * 2000}, 413),
            ("a body too long for nginx", run_url("f/t/hello"), {"body": "x" * (18 << 20)}, 413),
            ("a strange body", run_url("f/t/hello"), {"Content-Type": "image/png"}, 415),
            ("the version", "/api/version", {"method": "GET", "body": None}, 200),
        ]
    )
    def every_answer_may_be_read(self, path, more, status):
        answer = self.post(path, **more)
        self.assertEqual(answer.status, status, answer)
        self.assertEqual(answer.all("Access-Control-Allow-Origin"), ["*"])
        self.assertEqual(answer.all("Access-Control-Allow-Credentials"), [])
        self.assertEqual(answer.all("Vary"), [])

    def test_a_page_may_read_the_job_in_the_headers(self):
        self.assertEqual(self.post(run_url(self.path)).header("Access-Control-Expose-Headers"), "*")

    def test_who_is_no_page_is_told_the_same(self):
        answer = self.rig.run(self.path)
        self.assertEqual(answer.all("Access-Control-Allow-Origin"), ["*"])

    def test_a_script_may_say_itself_who_may_read(self):
        answer = self.post(run_url("f/t/own"))
        self.assertEqual(answer.all("Access-Control-Allow-Origin"), ["https://mine.example"])
        self.assertEqual(answer.all("Access-Control-Expose-Headers"), [])

    def test_a_script_that_allows_credentials_does_not_get_any_origin_with_them(self):
        answer = self.post(run_url("f/t/more"))
        self.assertEqual(answer.all("Access-Control-Allow-Credentials"), ["true"])
        self.assertEqual(answer.all("Access-Control-Allow-Origin"), [])

    @each(
        [
            ("a script", run_url("f/t/hello"), {"GET", "POST", "HEAD", "OPTIONS"}),
            ("a script that is not there", run_url("f/t/nothing"), {"GET", "POST", "HEAD", "OPTIONS"}),
            ("a version", "/api/w/demo/jobs/run_wait_result/h/0123456789abcdef", {"GET", "POST", "HEAD", "OPTIONS"}),
            ("what is only read", "/api/version", {"GET", "HEAD", "OPTIONS"}),
            ("a path that is not there", "/api/nothing", {"GET", "POST", "HEAD", "OPTIONS"}),
        ]
    )
    def a_preflight_needs_no_token(self, path, methods):
        answer = self.rig.call("OPTIONS", path, headers=PREFLIGHT | {"Origin": OTHER}, token=None)
        self.expect(answer, 200, "", "")
        self.assertEqual(methods_in(answer.header("Allow")), methods)
        self.assertEqual(methods_in(answer.header("Access-Control-Allow-Methods")), methods)
        self.assertEqual(answer.all("Access-Control-Allow-Origin"), ["*"])
        self.assertIn("authorization", methods_in(answer.header("Access-Control-Allow-Headers")))
        self.assertIn("content-type", methods_in(answer.header("Access-Control-Allow-Headers")))
        self.assertEqual(answer.all("Access-Control-Allow-Credentials"), [])

    def test_options_runs_nothing(self):
        script = self.rig.script("f/t/marks.sh", f"echo ran >{self.rig.shared}/options")
        self.expect(self.rig.call("OPTIONS", run_url(script)), 200, "", "")
        self.assertFalse((self.rig.shared / "options").exists())

    def test_a_webhook_sender_gets_leave_without_a_token(self):
        asked = {"WebHook-Request-Origin": "eventemitter.example.com", "WebHook-Request-Rate": "120"}
        answer = self.rig.call("OPTIONS", run_url(self.path), headers=asked, token=None)
        self.expect(answer, 200, "", "")
        self.assertEqual(answer.header("WebHook-Allowed-Origin"), "eventemitter.example.com")
        self.assertEqual(answer.header("WebHook-Allowed-Rate"), "*")
        self.assertIn("POST", methods_in(answer.header("Allow")))


class NamedOrigins(RigCase):
    settings = {"allowed_origins": [SHOP]}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.path = cls.rig.script("f/t/hello.py", "def main(name='World'): return {'Hello': name}")

    @each(
        [
            ("a result", "POST", "f/t/hello", 200),
            ("an error", "POST", "f/t/nothing", 404),
            ("a preflight", "OPTIONS", "f/t/hello", 200),
        ]
    )
    def allows(self, method, path, status):
        mine = self.rig.call(method, run_url(path), headers={"Origin": SHOP})
        self.assertEqual(mine.status, status)
        self.assertEqual(mine.all("Access-Control-Allow-Origin"), [SHOP])
        self.assertEqual(mine.all("Vary"), ["Origin"])
        self.assertEqual(mine.all("Access-Control-Allow-Credentials"), [])
        for origin in (OTHER, "null", SHOP + ".evil", "*"):
            others = self.rig.call(method, run_url(path), headers={"Origin": origin})
            self.assertEqual(others.status, status)
            self.assertEqual(others.all("Access-Control-Allow-Origin"), [], origin)
            self.assertEqual(others.all("Vary"), ["Origin"])
