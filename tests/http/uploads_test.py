"""Files that come with a request: multipart/form-data from the wire to the script."""

import hashlib
import os
import threading

import fastcgi
import processes
from case import RigCase, each
from rig import TOKEN, run_url, wait_until

READS = """
import hashlib, os

def main(file, text=None):
    found = []
    for one in file:
        with open(one["path"], "rb") as content:
            digest = hashlib.sha256(content.read()).hexdigest()
        modes = [oct(os.stat(path).st_mode & 0o7777) for path in (one["path"], os.path.dirname(one["path"]))]
        found.append(one | {"sha256": digest, "modes": modes})
    return {"files": found, "text": text, "here": os.listdir(".")}
"""

BOUNDARY = "----edge"
TYPE = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
MIB = 1 << 20


def part(name, content, more="", headers=""):
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"{more}\r\n{headers}\r\n'
    return head.encode() + content + b"\r\n"


def form(*parts):
    return b"".join(parts) + f"--{BOUNDARY}--\r\n".encode()


def upload(name, content, file_name="x.bin", content_type="application/octet-stream"):
    return part(name, content, f'; filename="{file_name}"', f"Content-Type: {content_type}\r\n")


class Uploads(RigCase):
    settings = {"body_limit_bytes": "1MiB", "upload_limit_bytes": "160MiB", "multipart_parts_limit": 20,
                "part_header_limit_bytes": 500, "name_limit_bytes": 100}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.url = run_url(cls.rig.script("f/t/reads.py", READS))

    def send(self, *parts, url=None, **more):
        return self.rig.call("POST", url or self.url, form(*parts), TYPE, **more)

    def assert_nothing_is_kept(self):
        self.assertTrue(wait_until(lambda: not self.rig.run_folders(), 10), self.rig.run_folders())

    def test_a_file_is_there_for_the_run_alone_and_gone_afterwards(self):
        content = b"\x00\r\n--\xff"
        answer = self.send(upload("file", content, "é.bin", "image/x-a"), part("text", "é".encode()))
        self.expect(answer, 200)
        found = answer.json()
        self.assertEqual((found["text"], found["here"]), ("é", []))
        (file,) = found["files"]
        self.assertEqual(file["modes"], ["0o600", "0o700"])
        self.assertEqual(file["sha256"], hashlib.sha256(content).hexdigest())
        self.assertEqual((file["filename"], file["content_type"], file["size"]), ("é.bin", "image/x-a", 6))
        self.assertTrue(file["path"].endswith("/" + file["s3"]), file)
        self.assert_nothing_is_kept()
        self.assertFalse(os.path.exists(file["path"]))

    def test_a_script_can_tell_a_file_from_a_path_that_its_caller_wrote(self):
        script = self.rig.script("f/t/folder.py", """
            import os
            def main(file):
                return [os.environ.get("WM_UPLOADS"), file[0]["path"]]
        """)
        folder, path = self.send(upload("file", b"x"), url=run_url(script)).json()
        self.assertEqual(os.path.dirname(path), folder)
        self.assertEqual(self.rig.run(script, {"file": [{"path": "/etc/passwd"}]}).json(), [None, "/etc/passwd"])

    def test_several_files_of_one_field_come_in_one_array(self):
        found = self.send(upload("file", b"a", "1"), upload("file", b"bb", "2")).json()
        self.assertEqual([(file["filename"], file["size"]) for file in found["files"]], [("1", 1), ("2", 2)])

    @each([("up", "../../../evil"), ("absolute", "/tmp/evil"), ("an escape", "a%00b%2f"), ("a folder", "..")])
    def the_name_of_a_file_is_never_its_path(self, name):
        (file,) = self.send(upload("file", b"x", name)).json()["files"]
        self.assertEqual(file["filename"], name)
        self.assertRegex(file["path"], r"/run/jobs/[^/]+/[0-9a-f]{32}/1$")

    def test_what_a_script_leaves_beside_its_files_goes_too(self):
        script = self.rig.script("f/t/leaves.py", """
            import os
            def main(file):
                os.makedirs(os.path.dirname(file[0]["path"]) + "/a/b")
        """)
        self.expect(self.send(upload("file", b"x"), url=run_url(script)), 200)
        self.assert_nothing_is_kept()

    def test_a_large_file_takes_no_memory_of_the_server(self):
        content = os.urandom(MIB) * 150
        self.expect(self.send(upload("file", content), url=run_url(self.rig.prints("f/t/one", "1")), timeout=300), 200)
        self.assertLess(processes.most_resident_bytes(self.rig.server_pid), 64 * MIB)
        self.assert_nothing_is_kept()

    # (what, parts, the limit)
    @each(
        [
            ("the files", [upload("file", b"x" * (161 * MIB))], f"upload_limit_bytes {160 * MIB}"),
            ("the fields", [part("text", b"x" * (2 * MIB))], f"body_limit_bytes {MIB}"),
            ("the number of parts", [part("text", b"")] * 21, "multipart_parts_limit 20"),
            ("the headers of a part", [part("text", b"", headers=f"X-A: {'a' * 500}\r\n")],
             "part_header_limit_bytes 500"),
            ("the name of a field", [part("n" * 101, b"")], "name_limit_bytes 100"),
            ("the name of a file", [upload("file", b"", "n" * 101)], "name_limit_bytes 100"),
        ]
    )
    def over_a_limit_is_413_naming_it_and_nothing_is_kept(self, parts, limit):
        answer = self.send(*parts, timeout=300)
        self.expect_text(answer, 413, f"Payload too large: the body is over {limit}")
        self.assert_nothing_is_kept()

    def test_a_form_that_is_cut_off_is_400_and_nothing_is_kept(self):
        answer = self.rig.call("POST", self.url, upload("file", b"x" * MIB), TYPE)
        self.expect_text(answer, 400, "Bad request: invalid multipart data: it ends before its last delimiter")
        self.assert_nothing_is_kept()

    def test_a_part_in_base64_is_refused_and_not_handed_on_undecoded(self):
        answer = self.send(part("file", b"YQ==", '; filename="a"', "Content-Transfer-Encoding: base64\r\n"))
        self.assertEqual(answer.status, 400, answer)
        self.assertIn("Content-Transfer-Encoding base64", answer.text)

    def begin(self, token, uri):
        """A request whose body is on its way: a file's first bytes are there, and more are to come."""
        body = upload("file", b"x" * MIB)
        wire = self.rig.fastcgi()
        more = {"CONTENT_TYPE": TYPE["Content-Type"], "CONTENT_LENGTH": str(100 * MIB)}
        given = fastcgi.variables("POST", uri, token) | more
        blocks = [fastcgi.record(fastcgi.STDIN, body[at:at + 32768]) for at in range(0, len(body), 32768)]
        wire.send(fastcgi.begin(), fastcgi.record(fastcgi.PARAMS, fastcgi.pairs(given)), fastcgi.record(fastcgi.PARAMS),
                  *blocks)
        return wire

    def test_a_stranger_puts_nothing_on_the_disk(self):
        with self.begin("wrong" * 8, self.url) as wire:
            self.assertTrue(wire.answer()[0].startswith("Status: 401 "))
            self.assertEqual(self.rig.run_folders(), [])

    def test_nothing_is_put_on_the_disk_for_a_script_that_is_not_there(self):
        with self.begin(TOKEN, run_url("f/t/absent")) as wire:
            self.assertTrue(wire.answer()[0].startswith("Status: 404 "))
            self.assertEqual(self.rig.run_folders(), [])

    def test_a_sender_that_breaks_off_leaves_nothing(self):
        with self.begin(TOKEN, self.url):
            self.assertTrue(wait_until(self.rig.run_folders, 10))
        self.assert_nothing_is_kept()

    def test_an_unwanted_body_keeps_its_connection(self):
        with self.rig.fastcgi() as wire:
            for method, uri, status in (("POST", "/api/version", "405"), ("POST", self.url, "401"),
                                        ("GET", run_url(self.rig.prints("f/t/one", "1")), "200")):
                token = TOKEN if method == "GET" else None
                wire.request(fastcgi.variables(method, uri, token, b"{}"), b"{}", keep=True)
                self.assertTrue(wire.answer()[0].startswith(f"Status: {status} "))


class NoRoom(RigCase):
    settings = {"runs_at_once": 1, "waiting_limit": 0}

    def test_the_files_of_a_run_that_finds_no_room_are_removed(self):
        waits = self.rig.script("f/t/waits.py", f"""
            import os, time
            def main():
                open("{self.rig.shared}/begun", "w").write("1\\n")
                while not os.path.exists("{self.rig.shared}/go"): time.sleep(0.01)
        """)
        first = self.rig.begin(waits)
        self.rig.noted("begun")
        url = run_url(self.rig.script("f/t/reads.py", READS))
        answer = self.rig.call("POST", url, form(upload("file", b"x" * MIB)), TYPE)
        self.assertEqual(answer.status, 503, answer)
        self.assertTrue(wait_until(lambda: not self.rig.run_folders(), 10), self.rig.run_folders())
        (self.rig.shared / "go").write_text("")
        self.assertIn(b" 200 ", first.recv(100))
        first.close()


class RoomForAll(RigCase):
    settings = {"uploads_limit_bytes": "3MiB"}

    def send(self, url, mebibytes):
        return self.rig.call("POST", url, form(upload("file", b"x" * (mebibytes * MIB))), TYPE)

    def test_files_of_all_requests_have_a_limit_as_long_as_their_runs_have_them(self):
        holds = self.rig.script("f/t/holds.sh", f"touch {self.rig.shared}/held; while [ ! -e {self.rig.shared}/go ]; "
                                "do sleep 0.05; done; echo done")
        takes = run_url(self.rig.script("f/t/takes.py", "def main(file): return file[0]['size']"))
        first = threading.Thread(target=self.send, args=(run_url(holds), 2))
        first.start()
        try:
            self.assertTrue(wait_until((self.rig.shared / "held").exists, 20))
            refused = self.send(takes, 2)
            self.expect_text(refused, 503, f"Busy: there is no room for the files, uploads_limit_bytes {3 * MIB}")
            self.assertEqual(refused.header("Retry-After"), "1")
            self.expect(self.send(takes, 1), 200, body=str(MIB))
        finally:
            (self.rig.shared / "go").touch()
            first.join()
        self.assertTrue(wait_until(lambda: self.send(takes, 2).status == 200, 20))
        # It would not have room by itself either.
        self.expect_text(self.send(takes, 4), 413, f"Payload too large: the body is over uploads_limit_bytes {3 * MIB}")
