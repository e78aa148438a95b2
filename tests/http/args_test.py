"""From a request to the args of a script."""

import base64
import json
import random
import socket
from urllib.parse import quote

from case import RigCase, each
from rig import TOKEN, run_url

# Gives back its args, exactly as they came.
ECHO = "#!/bin/sh\nexec cat\n"


class RequestToArgs(RigCase):
    settings = {"body_limit_bytes": 1_000_000}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.url = run_url(cls.rig.script("f/t/echo", ECHO))

    def post(self, body, content_type="application/json", query="", **headers):
        sent = {"Content-Type": content_type} if content_type else {}
        body = body.encode() if isinstance(body, str) else body
        return self.rig.call("POST", self.url + query, body, sent | headers)

    # (what, body, content type, query, args)
    @each(
        [
            ("an object", '{"a":1,"b":[2]}', "application/json", "", '{"a":1,"b":[2]}'),
            ("a charset", '{"a":"é"}', "application/json; charset=utf-8", "", '{"a":"é"}'),
            ("capitals in the type", '{"a":1}', "Application/JSON", "", '{"a":1}'),
            ("no content type", '{"a":1}', "", "", '{"a":1}'),
            ("an empty body", "", "application/json", "", "{}"),
            ("an empty body without a type", "", "", "", "{}"),
            ("white space alone", " \r\n", "application/json", "", "{}"),
            ("white space before an object", ' \n {"a":1}', "application/json", "", '{"a":1}'),
            ("an array", "[1,2]", "application/json", "", '{"body":[1,2]}'),
            ("a string", '"x"', "application/json", "", '{"body":"x"}'),
            ("a number", "3", "application/json", "", '{"body":3}'),
            ("null", "null", "application/json", "", '{"body":null}'),
            ("wrap_body", '{"a":1}', "application/json", "?wrap_body=true", '{"body":{"a":1}}'),
            ("wrap_body as 1", '{"a":1}', "application/json", "?wrap_body=1", '{"body":{"a":1}}'),
            ("wrap_body without a value", '{"a":1}', "application/json", "?wrap_body", '{"body":{"a":1}}'),
            ("wrap_body false", '{"a":1}', "application/json", "?wrap_body=false", '{"a":1}'),
            ("wrap_body 0", '{"a":1}', "application/json", "?wrap_body=0", '{"a":1}'),
            ("wrap_body of an array", "[1]", "application/json", "?wrap_body=true", '{"body":[1]}'),
            ("thirty digits", '{"a":123456789012345678901234567890.10}', "application/json", "",
             '{"a":123456789012345678901234567890.10}'),
            ("a name twice", '{"a":1,"b":2,"a":3}', "application/json", "", '{"a":3,"b":2}'),
            ("raw", '{"a": 1}', "application/json", "?raw=true", '{"a":1,"raw_string":"{\\"a\\": 1}"}'),
            ("include_query", '{"a":1}', "", "?include_query=a,b&a=x&b", '{"a":"x","b":""}'),
            ("include_header", '{"a":1}', "", "?include_header=X-Mark", '{"a":1,"x_mark":"seen"}'),
            ("unknown query parameters", '{"a":1}', "application/json", "?x=1&tag=y", '{"a":1}'),
        ]
    )
    def body(self, body, content_type, query, args):
        answer = self.post(body, content_type, query, **{"X-Mark": "seen"})
        self.expect(answer, 200, "application/json")
        self.assertEqual(answer.json(), json.loads(args))
        if "twice" not in self.id():
            self.assertEqual(answer.text.strip(), args)  # the very digits and order

    # (what, content type, body, query, args)
    @each(
        [
            ("a form", "application/x-www-form-urlencoded", "a=1&b=x+y%C3%A9&c", "", {"a": "1", "b": "x yé", "c": ""}),
            ("a form wrapped", "application/x-www-form-urlencoded; charset=UTF-8", "a=1", "?wrap_body=true",
             {"body": {"a": "1"}}),
            ("a form raw", "application/x-www-form-urlencoded", "a=%31", "?raw=true",
             {"a": "1", "raw_string": "a=%31"}),
            ("text", "text/plain; charset=utf-8", '{"a":1}', "", {"raw_string": '{"a":1}'}),
            ("XML", "application/xml", "<é/>", "", {"raw_string": "<é/>"}),
            ("XML as text", "text/xml", "<a/>", "?raw=true", {"raw_string": "<a/>"}),
            ("a cloud event", "application/cloudevents+json", '{"id":"1","data":{"a":1}}', "",
             {"a": 1, "WEBHOOK__METADATA__": {"id": "1"}}),
            ("a cloud event with a list", "application/cloudevents+json", '{"id":"1","data":[1]}', "",
             {"body": [1], "WEBHOOK__METADATA__": {"id": "1"}}),
            ("another type raw", "application/octet-stream", "abc", "?raw=true", {"raw_string": "abc"}),
            ("another type raw, no UTF-8", "image/png", b"\x89PNG", "?raw=true", {"raw_base64": "iVBORw=="}),
        ]
    )
    def content_type(self, content_type, body, query, args):
        answer = self.post(body, content_type, query)
        self.expect(answer, 200, "application/json")
        self.assertEqual(answer.json(), args)

    def test_a_binary_cloud_event_has_its_envelope_from_headers(self):
        headers = {"Ce-Specversion": "1.0", "Ce-Id": "7", "Ce-Type": "made", "Ce-Source": "/s"}
        envelope = {"specversion": "1.0", "id": "7", "type": "made", "source": "/s",
                    "datacontenttype": "application/json"}
        self.assertEqual(self.post('{"a":1}', **headers).json(), {"a": 1, "WEBHOOK__METADATA__": envelope})

    def test_a_batch_of_cloud_events_is_400(self):
        answer = self.post("[]", "application/cloudevents-batch+json")
        self.expect_text(answer, 400, "Bad request: Cloud events batching is not supported yet")

    # (what, query, headers)
    @each(
        [
            ("a bearer", "include_header=authorization,x-a", {"Authorization": f"Bearer {TOKEN}"}),
            ("a cookie", "include_header=cookie,x-a", {"Cookie": f"b=1; token={TOKEN}"}),
            ("the query", f"include_header=x-a&include_query=token&token={TOKEN}", {}),
        ]
    )
    def the_callers_token_becomes_no_arg(self, query, headers):
        answer = self.rig.call("POST", f"{self.url}?{query}", "{}", {"X-A": "b"} | headers, token=None)
        self.expect(answer, 200, body='{"x_a":"b"}')

    def test_the_later_wins(self):
        body = json.dumps({name: "body" for name in ("x_a", "x_b", "x_c", "raw_string")})
        query = "?include_header=x-b,x-c&include_query=x_c,raw_string&x_c=query&raw_string=query&raw=true"
        answer = self.post(body, query=query, **{"X-A": "header", "X-B": "header", "X-C": "header"})
        self.assertEqual(answer.json(), {"x_a": "body", "x_b": "header", "x_c": "query", "raw_string": body})

    # (what, encoder)
    @each(
        [
            ("the standard alphabet", lambda b: quote(base64.b64encode(b))),
            ("the one for addresses", lambda b: base64.urlsafe_b64encode(b).decode()),
            ("no padding", lambda b: base64.urlsafe_b64encode(b).decode().rstrip("=")),
            ("a plus not escaped", lambda b: base64.b64encode(b).decode()),
        ]
    )
    def payload_of_a_get(self, encode):
        args = {"a": "ûï¾>?~", "n": 1}
        answer = self.rig.call("GET", self.url + "?payload=" + encode(json.dumps(args, ensure_ascii=False).encode()))
        self.expect(answer, 200, "application/json")
        self.assertEqual(answer.json(), args)

    def test_a_get_without_payload_has_no_args(self):
        self.expect(self.rig.call("GET", self.url), 200, "application/json", "{}")

    @each(
        [
            ("not base64", "%21%21"),
            ("not JSON", base64.b64encode(b"{").decode()),
            ("no object", base64.b64encode(b"[1]").decode()),
            ("no UTF-8", base64.urlsafe_b64encode(b'{"a":"\xff"}').decode()),
        ]
    )
    def a_bad_payload_is_400(self, payload):
        answer = self.rig.call("GET", self.url + "?payload=" + payload)
        self.assertEqual(answer.status, 400, answer)
        self.assertTrue(answer.text.startswith("Bad request: "), answer)

    @each(
        [
            ("cut off", b'{"a":', "line 1"),
            ("on the third line", b'{\n\n"a" 1}', "line 3"),
            ("something behind", b'{"a":1} x', "line 1"),
            ("a comment", b'{"a":1 /* x */}', "line 1"),
            ("NaN", b'{"a":NaN}', "line 1"),
            ("a lone surrogate", b'{"a":"\\udc00"}', "line 1"),
            ("a byte that is no UTF-8", b'{"a":"\xff"}', "utf8"),
            ("an overlong form", b'{"a":"\xc0\x80"}', "utf8"),
            ("nested too deep", b"[" * 129 + b"]" * 129, "json_depth_limit 128"),
            ("a million brackets", b"[" * 900_000, "json_depth_limit 128"),
        ]
    )
    def bad_json_is_400_naming_the_place(self, body, names):
        answer = self.post(body)
        self.assertEqual(answer.status, 400, answer)
        self.assertTrue(answer.text.startswith("Bad request: "), answer)
        self.assertIn(names, answer.text)
        self.assertNotIn("\n", answer.text.rstrip("\n"))

    def test_a_depth_of_128_is_taken(self):
        body = '{"a":' + "[" * 127 + "]" * 127 + "}"
        self.expect(self.post(body), 200)

    @each([(value, value) for value in ("yes", "2", "TRUE", "nonsense")])
    def a_bad_boolean_is_400_naming_it(self, value):
        answer = self.post("{}", query=f"?wrap_body={value}")
        self.assertEqual(answer.status, 400, answer)
        self.assertIn("wrap_body", answer.text)

    @each([(kind, kind) for kind in ("application/octet-stream", "image/png", "application/jso", "x")])
    def another_content_type_is_415_saying_so(self, kind):
        answer = self.post(b"\x00\x01", kind)
        line = f"Unsupported media type: a body of type {kind} cannot become args without raw=true"
        self.expect_text(answer, 415, line)

    def test_a_compressed_body_is_415(self):
        self.assertEqual(self.post(b"\x1f\x8b", **{"Content-Encoding": "gzip"}).status, 415)

    def test_a_body_over_the_limit_is_413_naming_it(self):
        answer = self.post(b'"' + b"x" * 1_000_000 + b'"')
        self.assertEqual(answer.status, 413, answer)
        self.assertIn("body_limit_bytes", answer.text)

    def test_a_body_of_exactly_the_limit_is_taken(self):
        self.expect(self.post(b'"' + b"x" * 999_998 + b'"'), 200)

    def test_a_chunked_body_is_taken(self):
        answer = self.rig.call("POST", self.url, iter([b'{"a"', b":1}"]), {"Content-Type": "application/json"})
        self.expect(answer, 200, "application/json", '{"a":1}')

    def test_no_process_is_started_for_a_refused_body(self):
        script = self.rig.script("f/t/marks.sh", f"echo ran >{self.rig.shared}/ran")
        self.rig.call("POST", run_url(script), '{"a":', {"Content-Type": "application/json"})
        self.assertFalse((self.rig.shared / "ran").exists())

    def test_strings_that_look_like_references_stay_strings(self):
        args = {"a": "$var:f/x/secret", "b": "$res:f/x/database"}
        self.assertEqual(self.post(json.dumps(args)).json(), args)

    def test_random_documents_arrive_unharmed(self):
        dice = random.Random(7)
        for _ in range(40):
            args = {"value": _document(dice, 5)}
            self.assertEqual(self.post(json.dumps(args, ensure_ascii=dice.random() < 0.5).encode()).json(), args)


class HeadersOfEveryRequest(RigCase):
    settings = {"include_headers": ["X-Sign", "x-other"]}

    def test_they_are_args_besides_those_asked_for(self):
        url = run_url(self.rig.script("f/t/echo", ECHO)) + "?include_header=X-More"
        answer = self.rig.call("POST", url, "{}", {"X-Sign": "a", "X-More": "b", "X-None": "c"})
        self.assertEqual(answer.json(), {"x_sign": "a", "x_more": "b"})


class StandardLimits(RigCase):
    def test_a_body_that_nginx_refuses_is_413_in_one_line_of_text(self):
        with socket.create_connection(("127.0.0.1", self.rig.port), timeout=30) as connection:
            connection.sendall(f"POST {run_url('f/t/echo')} HTTP/1.1\r\nHost: localhost\r\n"
                               f"Content-Length: {1042 << 20}\r\nConnection: close\r\n\r\n".encode())
            head, _, body = connection.makefile("rb").read().partition(b"\r\n\r\n")
        self.assertIn(b" 413 ", head)
        self.assertEqual(body, b"Payload too large: the body is over client_max_body_size 1041m")

    def test_a_body_a_little_over_16_mib_is_413_by_towermill_not_by_nginx(self):
        url = run_url(self.rig.script("f/t/echo", ECHO))
        answer = self.rig.call("POST", url, b'"' + b"x" * (16 << 20) + b'"', {"Content-Type": "application/json"})
        self.assertEqual(answer.status, 413, answer)
        self.assertIn("body_limit_bytes", answer.text)

    def test_a_body_of_fifteen_megabytes_comes_back(self):
        url = run_url(self.rig.script("f/t/echo", ECHO))
        body = b'{"a":"' + b"x" * 15_000_000 + b'"}'
        answer = self.rig.call("POST", url, body, {"Content-Type": "application/json"})
        self.assertEqual(answer.status, 200)
        self.assertEqual(answer.body.strip(), body)


def _document(dice, depth):
    kind = dice.randrange(7 if depth else 5)
    if kind == 5:
        return [_document(dice, depth - 1) for _ in range(dice.randrange(4))]
    if kind == 6:
        return {_text(dice): _document(dice, depth - 1) for _ in range(dice.randrange(4))}
    return (None, dice.random() < 0.5, dice.randrange(-(10**18), 10**18), dice.uniform(-1e9, 1e9), _text(dice))[kind]


def _text(dice):
    return "".join(dice.choice('abc "\\/\n\té\u2028\U0001f600\x7f\x01') for _ in range(dice.randrange(8)))
