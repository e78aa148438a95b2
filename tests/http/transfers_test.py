"""How bodies travel: what a client may do on the way to nginx, and what a web server may do on the way to the
program."""

import contextlib
import os
import shutil
import socket
import subprocess
import time

from case import RigCase
from fastcgi import PARAMS, STDIN, begin, pairs, record, variables
from rig import TOKEN, Rig, run_url, wait_until
from uploads_test import BOUNDARY, TYPE, form, part, upload

LIGHTTPD = shutil.which("lighttpd", path=os.environ.get("PATH", "") + ":/usr/sbin") or "lighttpd"
SIZES = "import os\ndef main(file, note): return [[os.path.getsize(one['path']) for one in file], note]"


class ThroughNginx(RigCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.url = run_url(cls.rig.script("f/t/sizes.py", SIZES))

    def test_who_expects_100_continue_gets_it_and_then_the_answer(self):
        body = form(upload("file", b"x" * 5000), part("note", b"n"))
        with socket.create_connection(("127.0.0.1", self.rig.port), timeout=30) as connection:
            connection.sendall(f"POST {self.url} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {TOKEN}\r\n"
                               f"Content-Type: multipart/form-data; boundary={BOUNDARY}\r\n"
                               f"Content-Length: {len(body)}\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n"
                               .encode())
            self.assertIn(b"100 Continue", connection.recv(4096))
            connection.sendall(body)
            answer = b"".join(iter(lambda: connection.recv(65536), b""))
        self.assertIn(b" 200 OK", answer)
        self.assertTrue(answer.endswith(b'[[5000],"n"]'), answer)

    def test_a_form_in_chunks_arrives_whole(self):
        body = form(upload("file", b"x" * 3_000_000), upload("file", b""), part("note", b"n"))
        chunks = iter([body[at:at + 70_001] for at in range(0, len(body), 70_001)])
        self.expect(self.rig.call("POST", self.url, chunks, TYPE), 200, body='[[3000000,0],"n"]')

    def test_a_body_that_comes_byte_by_byte_arrives_whole(self):
        body = b'{"file":[],"note":1}'
        head = (f"POST {self.url} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {TOKEN}\r\n"
                f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n").encode()
        with socket.create_connection(("127.0.0.1", self.rig.port), timeout=30) as connection:
            connection.sendall(head)
            for byte in body:
                connection.sendall(bytes([byte]))
                time.sleep(0.02)
            answer = b"".join(iter(lambda: connection.recv(65536), b""))
        self.assertTrue(answer.endswith(b"[[],1]"), answer)


class SlowWebServer(RigCase):
    settings = {"read_ms": 600}

    def test_a_body_that_never_stalls_and_never_ends_is_408(self):
        url = run_url(self.rig.script("f/t/sizes.py", SIZES))
        with self.rig.fastcgi() as wire:
            given = variables("POST", url, TOKEN, CONTENT_LENGTH="1000", CONTENT_TYPE="application/json")
            wire.send(begin(), record(PARAMS, pairs(given)), record(PARAMS))
            # Until it is told to stop: each byte is there long before read_ms.
            wire.socket.setblocking(False)
            for _ in range(500):
                wire.send(record(STDIN, b" "))
                time.sleep(0.05)
                with contextlib.suppress(BlockingIOError):
                    if wire.socket.recv(1, socket.MSG_PEEK):
                        break
            wire.socket.settimeout(30)
            head, body = wire.answer()
        self.assertIn("Status: 408", head)
        self.assertEqual(body, b"Request timeout: the body did not arrive within read_ms 600")
        self.assertFalse(self.rig.run_folders())


class LighttpdRig(Rig):
    """Lighttpd in nginx's place."""

    def _start_nginx(self):
        (self.home / "lighttpd.conf").write_text(f"""
            server.modules = ("mod_fastcgi")
            server.document-root = "{self.home}/shared"
            server.bind = "127.0.0.1"
            server.port = {self.port}
            server.upload-dirs = ("{self.home}/temp")
            server.errorlog = "{self.home}/lighttpd.log"
            fastcgi.server = ("/" => (("socket" => "{self.socket}", "check-local" => "disable",
                                       "fix-root-scriptname" => "enable")))
            """)
        self.nginx = subprocess.Popen([LIGHTTPD, "-D", "-f", str(self.home / "lighttpd.conf")],
                                      stdin=subprocess.DEVNULL, start_new_session=True)
        if not wait_until(self._answers, 30):
            raise AssertionError("lighttpd did not come up:\n" + (self.home / "lighttpd.log").read_text())


class ThroughLighttpd(RigCase):
    @classmethod
    def make_rig(cls):
        return LighttpdRig()

    def test_a_form_with_a_file_arrives_whole(self):
        url = run_url(self.rig.script("f/t/sizes.py", SIZES))
        body = form(upload("file", os.urandom(3_000_000), "é.bin"), part("note", "ü".encode()))
        self.expect(self.rig.call("POST", url, body, TYPE), 200, body='[[3000000],"ü"]')
        chunks = iter([body[at:at + 70_001] for at in range(0, len(body), 70_001)])
        self.expect(self.rig.call("POST", url, chunks, TYPE), 200, body='[[3000000],"ü"]')

    def test_the_answer_is_the_scripts(self):
        script = self.rig.prints("f/t/made", '{"windmill_status_code":201,"windmill_headers":{"X-A":"b"},"result":1}')
        answer = self.rig.run(script)
        self.expect(answer, 201, "application/json", "1")
        self.assertEqual(answer.header("X-A"), "b")
