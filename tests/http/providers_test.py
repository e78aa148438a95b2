"""Requests byte for byte as well-known senders make them: providers/README.md says what they are."""

import http.client
import json
import socket
from pathlib import Path

from case import RigCase, each
from rig import TOKEN, run_url

PROVIDERS = Path(__file__).with_name("providers")
MANIFEST = json.loads((PROVIDERS / "manifest.json").read_text())

# Gives back its args, with the contents of files as their hashes.
READS = """
import hashlib

def read(value):
    if not isinstance(value, list) or not all(isinstance(one, dict) and "path" in one for one in value):
        return value
    return [{"filename": one["filename"], "content_type": one["content_type"], "size": one["size"],
             "sha256": hashlib.sha256(open(one["path"], "rb").read()).hexdigest()} for one in value]

def main(**args):
    return {name: read(value) for name, value in args.items()}
"""


class Providers(RigCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.url = run_url(cls.rig.script("f/t/reads.py", READS))

    def send(self, request, query):
        """A sender that cannot set headers has its token in the address."""
        _, _, rest = request.partition(b" / HTTP/1.1\r\n")
        address = f"{self.url}{query}{'&' if query else '?'}token={TOKEN}"
        with socket.create_connection(("127.0.0.1", self.rig.port), timeout=30) as connection:
            connection.sendall(f"POST {address} HTTP/1.1\r\n".encode() + rest)
            reply = http.client.HTTPResponse(connection)
            reply.begin()
            return reply.status, reply.read()

    @each((entry["request"], entry) for entry in MANIFEST)
    def args_of(self, entry):
        request = (PROVIDERS / f"{entry['request']}.http").read_bytes()
        status, body = self.send(request, entry["query"])
        self.assertEqual(status, 200, body)
        self.assertEqual(json.loads(body), entry["args"])

    def test_every_request_is_in_the_manifest(self):
        self.assertEqual({file.stem for file in PROVIDERS.glob("*.http")}, {entry["request"] for entry in MANIFEST})
