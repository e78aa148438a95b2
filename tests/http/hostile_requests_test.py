"""What callers have sent to break programs of this kind: each is refused, or is nothing but data."""

import json
import socket
from urllib.parse import urlencode

from case import RigCase, each
from rig import TOKEN, run_url

SEES = """
import os, sys

def main(**args):
    with open("/proc/self/cmdline") as command:
        return {"environment": dict(os.environ), "command": command.read().split("\\0"), "args": args}
"""

# Everything that a shell, a linker or an interpreter would obey.
HOSTILE = {
    "HTTP_PROXY": "http://evil", "http_proxy": "http://evil", "Proxy": "evil", "LD_PRELOAD": "/tmp/evil.so",
    "BASH_ENV": "/tmp/evil", "ENV": "/tmp/evil", "BASH_FUNC_ls%%": "() { evil; }", "PYTHONSTARTUP": "/tmp/evil",
    "NODE_OPTIONS": "--require=/tmp/evil", "PERL5OPT": "-Mevil", "IFS": "evil", "PATH": "/tmp/evil",
    "GIT_SSH_COMMAND": "evil", "WM_TOKEN": "evil", "shellshock": "() { :;}; touch /tmp/evil",
    "shell": "$(evil) `evil` ; evil | evil\nevil", "option": "--evil", "soft": "\u00adevil",
    "_ENTRYPOINT_OVERRIDE": "evil",
}

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def multipart(fields):
    head = '--b\r\nContent-Disposition: form-data; name="{}"\r\n\r\n{}\r\n'
    escaped = [(name.replace('"', "%22"), value) for name, value in fields.items()]
    return ("".join(head.format(name, value) for name, value in escaped) + "--b--\r\n").encode()


class DataStayData(RigCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.url = run_url(cls.rig.script("f/t/sees.py", SEES))

    # (how, body, headers, query)
    @each(
        [
            ("JSON", json.dumps(HOSTILE), {"Content-Type": "application/json"}, ""),
            ("a form", urlencode(HOSTILE), FORM, ""),
            ("a multipart form", multipart(HOSTILE), {"Content-Type": "multipart/form-data; boundary=b"}, ""),
            ("a query", "", {}, "?" + urlencode(HOSTILE | {"include_query": ",".join(HOSTILE)})),
        ]
    )
    def nothing_of_it_is_in_the_environment_or_the_command_line(self, body, headers, query):
        answer = self.rig.call("POST", self.url + query, body, headers)
        self.expect(answer, 200)
        seen = answer.json()
        self.assertEqual(seen["args"], HOSTILE)
        self.assertNotIn("evil", json.dumps([seen["environment"], seen["command"]]))

    def test_bash_gets_what_was_sent_and_runs_none_of_it(self):
        script = self.rig.script("f/t/says.sh", 'text="$1"\nprintf %s "$text" >result.out')
        for value in HOSTILE.values():
            answer = self.rig.call("POST", run_url(script), urlencode({"text": value}), FORM)
            self.assertEqual(answer.json(), value)

    def test_a_caller_chooses_no_other_function(self):
        script = self.rig.script("f/t/two.py", "def main(): return 'main'\ndef evil(): return 'evil'")
        self.expect(self.rig.run(script, {"_ENTRYPOINT_OVERRIDE": "evil"}), 200, body='"main"')

    def test_of_two_spellings_of_a_header_that_with_a_dash_counts(self):
        request = (f"POST {self.url}?include_header=x-signature HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                   f"Authorization: Bearer {TOKEN}\r\n"
                   "X_Signature: forged\r\nX-Signature: true\r\nX_Signature: forged\r\n"
                   f"Content_Length: 100\r\nContent-Length: 2\r\n\r\n{{}}")
        answer = self.rig.raw(request.encode())
        self.assertEqual(json.loads(answer.partition(b"\r\n\r\n")[2])["args"], {"x_signature": "true"})

    def test_a_length_and_chunks_together_smuggle_nothing(self):
        script = self.rig.script("f/t/marks.sh", f"echo ran >>{self.rig.shared}/ran")
        inner = f"POST {run_url(script)} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {TOKEN}\r\n\r\n"
        outer = (f"POST {self.url} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 5\r\n"
                 f"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n{inner}")
        self.assertTrue(self.rig.raw(outer.encode()).startswith(b"HTTP/1.1 400 "))
        self.assertFalse((self.rig.shared / "ran").exists())

    def test_json_cannot_pass_for_a_parsed_form(self):
        body = json.dumps({"files": {"f": {"filepath": "/etc/passwd", "originalFilename": "x"}}})
        answer = self.rig.call("POST", self.url, body, {"Content-Type": "multipart/form-data; boundary=x"})
        self.assertEqual(answer.status, 400, answer)
        answer = self.rig.call("POST", self.url, body, {"Content-Type": "application/json; boundary=x"})
        self.assertEqual(answer.json()["args"], json.loads(body))
        self.assertNotIn("WM_UPLOADS", answer.json()["environment"])


class Bombs(RigCase):
    settings = {"body_limit_bytes": "64MiB", "memory_bytes": "8GiB"}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.url = run_url(cls.rig.script("f/t/count", "#!/bin/sh\nexec wc -c\n"))
        cls.pid = cls.rig.server_pid

    def tearDown(self):
        self.assertEqual(self.rig.server_pid, self.pid)

    # (what, body, status)
    @each(
        [
            ("a million levels", b"[" * 1_000_000, 400),
            ("a million levels, closed", b"[" * 1_000_000 + b"]" * 1_000_000, 400),
            ("a hundred thousand levels in an object", b'{"a":' * 100_000 + b"1" + b"}" * 100_000, 400),
            ("a string of fifty megabytes", b'{"a":"' + b"x" * 50_000_000 + b'"}', 200),
            ("ten million escapes", b'{"a":"' + b"\\u0041" * 10_000_000 + b'"}', 200),
            ("ten million numbers", b"[" + b"1," * 10_000_000 + b"1]", 200),
            ("a number of ten million digits", b'{"a":1' + b"0" * 10_000_000 + b"}", 200),
            ("an exponent of a million", b'{"a":1e999999}', 200),
            ("minus zero", b'{"a":-0}', 200),
            ("a million times one name", b"{" + b'"a":1,' * 1_000_000 + b'"a":2}', 200),
            ("spaces alone", b" " * 60_000_000, 200),
            ("a byte order mark", b"\xef\xbb\xbf{}", 400),
            ("a NUL behind the value", b"{}\0", 400),
        ]
    )
    def json_is_refused_or_served_and_harms_nobody(self, body, status):
        answer = self.rig.call("POST", self.url, body, {"Content-Type": "application/json"}, timeout=120)
        self.assertEqual(answer.status, status, answer.text[:300])

    def test_a_hundred_thousand_names_are_served(self):
        body = json.dumps({f"k{number}": number for number in range(100_000)})
        self.expect(self.rig.call("POST", self.url, body, {"Content-Type": "application/json"}, timeout=120), 200)

    # (what, body, status)
    @each(
        [
            ("ten thousand fields", "&".join(f"k{n}=1" for n in range(10_000)), 200),
            ("one more", "&".join(f"k{n}=1" for n in range(10_001)), 413),
            ("separators alone", "&" * 60_000_000, 200),
            ("one field of fifty megabytes", "a=" + "%41" * 17_000_000, 200),
            ("a name of fifty megabytes", "a" * 50_000_000, 413),
        ]
    )
    def a_form_is_refused_or_served_and_harms_nobody(self, body, status):
        answer = self.rig.call("POST", self.url, body, FORM, timeout=120)
        self.assertEqual(answer.status, status, answer.text[:300])

    # (what, body, status)
    @each(
        [
            ("delimiters without lines alone", b"\r\n--b" * 10_000_000, 413),
            ("half delimiters in a field", b'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n'
             + b"\r\n--" * 10_000_000 + b"\r\n--b--", 200),
            ("parameters alone", b"--b\r\nContent-Disposition: form-data" + b"; a=b" * 1_000_000, 413),
            ("headers without end", b"--b\r\n" + b"A: b\r\n" * 1_000_000, 413),
            ("a thousand parts and one", multipart({f"k{n}": "" for n in range(1001)}), 413),
        ]
    )
    def a_multipart_form_is_refused_or_served_and_harms_nobody(self, body, status):
        answer = self.rig.call("POST", self.url, body, {"Content-Type": "multipart/form-data; boundary=b"}, timeout=120)
        self.assertEqual(answer.status, status, answer.text[:300])

    def test_a_compressed_bomb_is_refused_unread(self):
        with socket.create_connection(("127.0.0.1", self.rig.port), timeout=30) as connection:
            connection.sendall(f"POST {self.url} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {TOKEN}\r\n"
                               "Content-Type: application/json\r\nContent-Encoding: gzip\r\nContent-Length: 20\r\n"
                               "Connection: close\r\n\r\n".encode() + b"\x1f\x8b" + b"\0" * 18)
            self.assertIn(b" 415 ", connection.recv(4096))
