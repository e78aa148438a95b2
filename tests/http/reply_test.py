"""From a script's result to the HTTP response."""

import base64
import json

from case import RigCase, each

PIXEL = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC"
)
JSON = "application/json"
CSV = '{"windmill_content_type":"text/csv","result":"Hello;World"}'
NOT_BASE64 = "windmill_content_transfer_encoding"


def encoded(**members):
    names = {"type": "windmill_content_type", "encoding": "windmill_content_transfer_encoding"}
    return json.dumps({names.get(name, name): value for name, value in members.items()})


class ResultToResponse(RigCase):
    def answer_to(self, result):
        return self.rig.run(self.rig.prints("f/t/prints", result))

    # (what, the script's result, status, content type, body)
    @each(
        [
            ("null", "null", 200, JSON, "null"),
            ("a string stays quoted", '"abc"', 200, JSON, '"abc"'),
            ("a number", "3", 200, JSON, "3"),
            ("an array", "[1, 2]", 200, JSON, "[1, 2]"),
            ("an object", '{"a":1}', 200, JSON, '{"a":1}'),
            ("a lone result is not unwrapped", '{"result":1}', 200, JSON, '{"result":1}'),
            ("an array that looks like reserved keys", '[201,"text/csv",null,null,"x"]', 200, JSON,
             '[201,"text/csv",null,null,"x"]'),
            ("status and result", '{"windmill_status_code":201,"result":{"Hello":"World"}}', 201, JSON,
             '{"Hello":"World"}'),
            ("status alone", '{"windmill_status_code":201}', 201, "", ""),
            ("status and a null result", '{"windmill_status_code":201,"result":null}', 201, "", ""),
            ("a status as a whole float", '{"windmill_status_code":201.0,"result":1}', 201, JSON, "1"),
            ("a status in quotes", '{"windmill_status_code":"201","result":1}', 200, JSON,
             '{"windmill_status_code":"201","result":1}'),
            ("a status that is true", '{"windmill_status_code":true,"result":1}', 200, JSON,
             '{"windmill_status_code":true,"result":1}'),
            ("a null status counts as absent", '{"windmill_status_code":null,"result":1}', 200, JSON,
             '{"windmill_status_code":null,"result":1}'),
            ("a string of text/csv is sent as it is", CSV, 200, "text/csv", "Hello;World"),
            ("an object of text/csv",
             '{"windmill_content_type":"text/csv","result":{"a":1}}', 200, "text/csv", '{"a":1}'),
            ("a content type alone is 204", '{"windmill_content_type":"text/csv"}', 204, "", ""),
            ("escapes are taken out of a string", r'{"windmill_content_type":"text/plain","result":"a\"\u00e9\n"}', 200,
             "text/plain", 'a"é\n'),
            ("headers and result", '{"windmill_headers":{"X-A":"b"},"result":1}', 200, JSON, "1"),
            ("headers alone are 204", '{"windmill_headers":{"X-A":"b"}}', 204, "", ""),
            ("only windmill_content_type unquotes",
             '{"windmill_headers":{"Content-Type":"text/html"},"result":"<p>"}', 200,
             "text/html", '"<p>"'),
            ("windmill_content_type wins",
             '{"windmill_headers":{"Content-Type":"text/html"},"windmill_content_type":"text/csv","result":"a"}', 200,
             "text/csv", "a"),
            ("a header map with a number", '{"windmill_headers":{"X":1},"result":1}', 200, JSON,
             '{"windmill_headers":{"X":1},"result":1}'),
            ("base64", encoded(type="image/png", encoding="base64", result=PIXEL), 200, "image/png",
             base64.b64decode(PIXEL)),
            ("the short names",
             '{"wm_status_code":201,"wm_content_type":"text/csv","result":"a;b"}', 201, "text/csv", "a;b"),
            ("the long name counts before the short",
             '{"wm_status_code":201,"windmill_status_code":202,"result":1}', 202,
             JSON, "1"),
            ("the last of two counts",
             '{"windmill_status_code":201,"windmill_status_code":202,"result":1}', 202, JSON, "1"),
            ("the body is the script's own text",
             '{"windmill_status_code":200,"result":{ "b":1.50, "a":1e2,"b":"\\u0041" }}',
             200, JSON, '{ "b":1.50, "a":1e2,"b":"\\u0041" }'),
            ("every digit stays", "123456789012345678901234567890", 200, JSON, "123456789012345678901234567890"),
            ("204 has no body", '{"windmill_status_code":204,"result":"x"}', 204, "", ""),
            ("205 has no body",
             '{"windmill_status_code":205,"windmill_content_type":"text/csv","result":"x"}', 205, "", ""),
            ("304 has no body", '{"windmill_status_code":304,"result":"x"}', 304, "", ""),
            ("599", '{"windmill_status_code":599,"result":1}', 599, JSON, "1"),
            ("wm_failure with another reserved key",
             '{"wm_failure":"why","result":{"a":1},"windmill_content_type":"text/x"}',
             422, "text/x", '{"a":1}'),
            ("wm_failure with a status", '{"wm_failure":"why","windmill_status_code":418,"result":1}', 418, JSON, "1"),
            ("wm_failure that is no string", '{"wm_failure":1,"a":2}', 200, JSON, '{"wm_failure":1,"a":2}'),
        ]
    )
    def result(self, result, status, content_type, body):
        answer = self.answer_to(result)
        self.expect(answer, status, content_type, body)
        self.assertRegex(answer.header("X-Towermill-Job"), r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")

    @each([(str(code), code) for code in (0, 42, 99, 100, 101, 199, 600, 999, 1000, 65535, 70000, -1, 201.5, 1e300)])
    def an_invalid_status_is_500(self, code):
        answer = self.answer_to(json.dumps({"windmill_status_code": code, "result": "never sent"}))
        self.expect_text(answer, 500, "Invalid status code")

    @each(
        [
            ("no content type", encoded(encoding="base64", result=PIXEL),
             f"{NOT_BASE64} requires windmill_content_type to be set"),
            ("a result that is no string", encoded(type="image/png", encoding="base64", result=1),
             f'{NOT_BASE64} "base64" requires result to be a base64-encoded string'),
            ("no result", encoded(type="image/png", encoding="base64"),
             f'{NOT_BASE64} "base64" requires result to be a base64-encoded string'),
            ("another encoding", encoded(type="image/png", encoding="gzip", result=PIXEL),
             f'Unsupported {NOT_BASE64} "gzip" (only "base64" is supported)'),
        ]
    )
    def a_wrong_transfer_encoding_is_500(self, result, line):
        self.expect_text(self.answer_to(result), 500, line)

    def test_bad_base64_is_500(self):
        answer = self.answer_to(encoded(type="image/png", encoding="base64", result="not base64!"))
        self.assertEqual(answer.status, 500)
        self.assertTrue(answer.text.startswith(f'{NOT_BASE64} is "base64" but the result is not valid base64'), answer)

    @each(
        [(name, name, "x") for name in (
            "Content-Length", "Transfer-Encoding", "Connection", "Keep-Alive", "Upgrade", "TE", "Trailer", "Status",
            "Proxy-Authenticate", "proxy-connection", "X-Accel-Redirect", "x-accel-buffering", "", "X A", "X:A", "X\nA",
            "X\u00e9")]
        + [("a value with " + name, "X-A", value) for name, value in (
            ("CR", "a\rb"), ("LF", "a\nSet-Cookie: b=1"), ("CRLF", "a\r\n\r\n<p>"), ("NUL", "a\0b"),
            ("escape", "a\x1bb"))]
    )
    def an_illegal_header_is_500(self, name, value):
        answer = self.answer_to(json.dumps({"windmill_headers": {name: value, "X-B": "c"}, "result": "never sent"}))
        self.assertEqual(answer.status, 500, answer)
        self.assertTrue(answer.header("Content-Type").startswith("text/plain"), answer)
        self.assertNotIn(b"never sent", answer.body)
        self.assertIsNone(answer.header("X-B"))
        self.assertIsNone(answer.header("Set-Cookie"))
        if name.isascii() and name.isprintable():
            self.assertIn(name, answer.text)

    @each([(repr(kind), kind) for kind in ("text", "", "text/html\r\nX-A: b", "text/ html x", "text/h\0tml")])
    def an_illegal_content_type_is_500(self, kind):
        for result in ({"windmill_content_type": kind, "result": "x"},
                       {"windmill_headers": {"Content-Type": kind}, "result": "x"}):
            answer = self.answer_to(json.dumps(result))
            self.assertEqual(answer.status, 500, (result, answer))
            self.assertRegex(answer.text.lower(), "content.type")

    def test_two_cookies_are_two_headers(self):
        answer = self.answer_to('{"windmill_headers":{"Set-Cookie":["a=1; Path=/","b=2"],"X-A":"b"},"result":1}')
        self.expect(answer, 200, JSON, "1")
        self.assertEqual(answer.all("Set-Cookie"), ["a=1; Path=/", "b=2"])
        self.assertEqual(answer.header("X-A"), "b")

    def test_wm_failure_alone_serves_the_object_with_its_error(self):
        answer = self.answer_to('{"wm_failure":"why","a":1}')
        self.expect(answer, 422, JSON)
        error = {"name": "ManualFailure", "message": "why"}
        self.assertEqual(answer.json(), {"wm_failure": "why", "a": 1, "error": error})

    def test_a_large_result_arrives_whole(self):
        script = self.rig.script("f/t/large.py", """
            def main():
                return {"windmill_content_type": "text/plain", "result": "x" * 20_000_000}
        """)
        self.assertTrue(self.rig.run(script).body == b"x" * 20_000_000)

    def test_headers_of_forty_kilobytes_arrive(self):
        answer = self.answer_to(json.dumps({"windmill_headers": {"X-A": "b" * 40_000}, "result": 1}))
        self.expect(answer, 200, JSON, "1")
        self.assertEqual(answer.header("X-A"), "b" * 40_000)


class WindmillsOwnExamples(RigCase):
    """The three that Windmill's page on webhooks shows."""

    def test_status_201_with_hello_world(self):
        script = self.rig.script("f/t/created.py", """
            def main():
                return {"windmill_status_code": 201, "result": {"Hello": "World"}}
        """)
        answer = self.rig.run(script)
        self.expect(answer, 201, JSON)
        self.assertEqual(answer.json(), {"Hello": "World"})

    def test_an_invalid_status_is_an_error(self):
        script = self.rig.script("f/t/invalid.py", "def main(): return {'windmill_status_code': 42, 'result': 1}")
        self.expect_text(self.rig.run(script), 500, "Invalid status code")

    def test_text_csv_is_sent_unquoted_by_default(self):
        script = self.rig.script("f/t/csv.py", """
            def main():
                return {"windmill_content_type": "text/csv", "result": "Hello;World"}
        """)
        self.expect(self.rig.run(script), 200, "text/csv", "Hello;World")


class WithStringBodyJson(RigCase):
    settings = {"string_body": "json"}

    def test_text_csv_is_sent_in_quotes_as_windmills_page_shows_it(self):
        self.expect(self.rig.run(self.rig.prints("f/t/csv", CSV)), 200, "text/csv", '"Hello;World"')

    def test_base64_is_still_decoded(self):
        result = encoded(type="image/png", encoding="base64", result=PIXEL)
        self.expect(self.rig.run(self.rig.prints("f/t/image", result)), 200, "image/png", base64.b64decode(PIXEL))


class WithXAccelAllowed(RigCase):
    settings = {"allow_x_accel": True, "failure_status": 500}

    def test_a_script_may_steer_nginx(self):
        script = self.rig.prints("f/t/accel", '{"windmill_headers":{"X-Accel-Expires":"0"},"result":1}')
        self.expect(self.rig.run(script), 200, JSON, "1")

    def test_a_failure_has_the_status_of_the_setting(self):
        self.expect(self.rig.run(self.rig.script("f/t/fails.py", "def main(): raise ValueError('x')")), 500, JSON)
