"""A crowd: a thousand requests at once, each for a run that sleeps for a second."""

import resource
import selectors
import socket
import statistics
import time
from dataclasses import dataclass, field
from pathlib import Path

import towermill
from goal import Goal, Result
from load import TOKEN, Ask, Refused, check
from row import Row

SIZE = 1000
PATIENCE_S = 30


class Caller:
    """One request and its answer, on a connection of its own that never blocks."""

    def __init__(self, port, request):
        self.request, self.answer = request, b""
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S)
        self.socket.setblocking(False)

    def send(self):
        self.socket.sendall(self.request)  # some hundred bytes fit into any socket's buffer

    def read(self):
        """Whether more is to come."""
        try:
            piece = self.socket.recv(65536)
        except BlockingIOError:
            return True
        except OSError:
            return False
        self.answer += piece
        return bool(piece)

    def is_right(self, ask):
        head, _, body = self.answer.partition(b"\r\n\r\n")
        return head.startswith(f"HTTP/1.1 {ask.status} ".encode()) and body.decode().strip() == ask.answer


def answered(port, path, ask, size):
    """(seconds from the first request to the last answer, how many answers were wrong or missing)."""
    request = "\r\n".join([
        f"{ask.method} /{path} HTTP/1.1", "Host: localhost", f"Authorization: Bearer {TOKEN}",
        "Content-Type: application/json", f"Content-Length: {len(ask.body)}", "Connection: close", "", ask.body,
    ])
    _allow_descriptors(size + 64)
    callers = [Caller(port, request.encode()) for _ in range(size)]
    began = time.monotonic()
    with selectors.DefaultSelector() as waiting:
        for caller in callers:
            caller.send()
            waiting.register(caller.socket, selectors.EVENT_READ, caller)
        while waiting.get_map() and time.monotonic() < began + PATIENCE_S:
            for key, _ in waiting.select(1):
                if not key.data.read():
                    waiting.unregister(key.data.socket)
    took = time.monotonic() - began
    for caller in callers:
        caller.socket.close()
    return took, sum(not caller.is_right(ask) for caller in callers)


def _allow_descriptors(count):
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(count, hard)), hard))


@dataclass
class Crowd(Row):
    name: str = "crowd"
    servers: list = field(default_factory=lambda: ["crowd"])
    ask: Ask = Ask({}, '{"slept":1}')
    times_s: list = field(default_factory=list)
    wrong: int = 0
    peak_mib: float | None = None
    refused: dict = field(default_factory=dict)

    @property
    def path(self):
        return towermill.address("crowd", "sleep")

    def check(self, servers):
        try:
            check(servers.url(self.path), self.ask)
        except Refused as refused:
            self.refused["Towermill"] = str(refused)

    def take(self, servers, _round_number, _seconds):
        if self.refused:
            return
        try:
            took, wrong = answered(servers.place.port, self.path, self.ask, SIZE)
        except OSError as error:
            self.refused["Towermill"] = str(error)
            return
        self.times_s.append(took)
        self.wrong += wrong
        self.peak_mib = _peak_mib(_serving(servers.pid("crowd")))
        time.sleep(1)

    def results(self):
        """The time counts only where every answer was right."""
        if not self.times_s:
            return []
        title = f"{SIZE:,} runs of 1 s at once"
        time_s = None if self.wrong else statistics.median(self.times_s)
        return [
            Result(self.name, f"{title}: the last answer after", "s", time_s, goal=Goal("≤", 2.5, "s")),
            Result(self.name, f"{title}: wrong answers", "", self.wrong, goal=Goal("≤", 0, "")),
            Result(self.name, f"{title}: the server's peak", "MiB", self.peak_mib, goal=Goal("≤", 100, "MiB")),
        ]

def _serving(keeper):
    """The keeper's child: what it starts itself is not the server's memory."""
    return int(Path(f"/proc/{keeper}/task/{keeper}/children").read_text().split()[0])


def _peak_mib(pid):
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024
