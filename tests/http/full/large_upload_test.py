"""A file of a gibibyte, through nginx, to a script."""

import http.client
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

import processes  # noqa: E402
from case import RigCase  # noqa: E402
from rig import TOKEN, run_url, wait_until  # noqa: E402

MIB = 1 << 20
HEAD = b'--b\r\nContent-Disposition: form-data; name="file"; filename="large"\r\n\r\n'
END = b"\r\n--b--\r\n"


class LargeUpload(RigCase):
    settings = {"timeout_s": 600}

    def send(self, script, mebibytes):
        block = os.urandom(MIB)
        connection = http.client.HTTPConnection("127.0.0.1", self.rig.port, timeout=600)
        connection.putrequest("POST", run_url(script))
        connection.putheader("Authorization", f"Bearer {TOKEN}")
        connection.putheader("Content-Type", "multipart/form-data; boundary=b")
        connection.putheader("Content-Length", str(len(HEAD) + mebibytes * MIB + len(END)))
        connection.endheaders()
        connection.send(HEAD)
        for _ in range(mebibytes):
            connection.send(block)
        connection.send(END)
        reply = connection.getresponse()
        answer = reply.status, reply.read()
        connection.close()
        return answer

    def test_a_gibibyte_arrives_and_the_server_stays_small(self):
        size = self.rig.script("f/t/size.py", "import os\ndef main(file): return os.path.getsize(file[0]['path'])")
        self.assertEqual(self.send(size, 1024), (200, str(1024 * MIB).encode()))
        self.assertLess(processes.most_resident_bytes(self.rig.server_pid), 64 * MIB)
        self.assertTrue(wait_until(lambda: not self.rig.run_folders(), 60))

    def test_more_than_a_gibibyte_is_413_naming_the_limit(self):
        status, text = self.send(self.rig.prints("f/t/one", "1"), 1025)
        self.assertEqual((status, text), (413, b"Payload too large: the body is over upload_limit_bytes 1073741824"))
        self.assertFalse(self.rig.run_folders())
