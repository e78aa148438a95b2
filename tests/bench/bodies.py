"""Bodies of one kind, small and large: what a byte of them takes is to stay the same."""

import http.client
import statistics
import time
from dataclasses import dataclass, field

import towermill
from goal import Goal, Result
from load import TOKEN, Refused
from row import Row

MIB = 1 << 20
BOUNDARY = "b0b0b0b0b0"


def _keys(size):
    return b"{" + b",".join(b'"k%08d":1%07d' % (i, i) for i in range(size // 21)) + b"}"


def _file(size):
    head = (f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="a"; filename="a.bin"\r\n'
            "Content-Type: application/octet-stream\r\n\r\n")
    return head.encode() + b"\r\nx" * (size // 3) + f"\r\n--{BOUNDARY}--\r\n".encode()


# kind: (content type, what makes a body of about so many bytes, a small and a large one in MiB)
KINDS = {
    "one JSON string": ("application/json", lambda size: b'{"a":"%s"}' % (b"x" * size), 1, 15),
    "JSON of many keys": ("application/json", _keys, 1, 15),
    "a form": ("application/x-www-form-urlencoded", lambda size: b"a=" + b"%20x" * (size // 4), 1, 15),
    "a file in a form": (f"multipart/form-data; boundary={BOUNDARY}", _file, 8, 128),
}


@dataclass
class Bodies(Row):
    name: str = "bodies"
    servers: list = field(default_factory=lambda: ["Towermill"])
    ms_per_mib: dict = field(default_factory=dict)
    refused: dict = field(default_factory=dict)

    def take(self, servers, _round_number, _seconds):
        for kind, (content_type, make, *sizes) in KINDS.items():
            for size in sizes:
                try:
                    took_s = _post(servers.place.port, content_type, make(size * MIB))
                except (OSError, Refused) as error:
                    self.refused[kind] = str(error)
                    continue
                self.ms_per_mib.setdefault((kind, size), []).append(took_s * 1000 / size)

    def results(self):
        return [self._result(kind, small, large) for kind, (_, _, small, large) in KINDS.items()]

    def _result(self, kind, small, large):
        ours, beside = (None if kind in self.refused else statistics.median(self.ms_per_mib[kind, size])
                        for size in (large, small))
        title = f"A MiB of {kind}, in {large} MiB"
        return Result(self.name, title, "ms", ours, f"in {small}", beside, Goal("≤", 1.5))


def _post(port, content_type, body):
    """Seconds from the request to its answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    headers = {"Content-Type": content_type, "Authorization": f"Bearer {TOKEN}"}
    began = time.monotonic()
    try:
        connection.request("POST", "/" + towermill.address("Towermill", "size"), body, headers)
        answer = connection.getresponse()
        text = answer.read()
    finally:
        connection.close()
    if answer.status != 200:
        raise Refused(f"{content_type}, {len(body):,} bytes: {answer.status} {text[:200]!r}")
    return time.monotonic() - began
