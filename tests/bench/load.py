"""Asking a server: once, to see that its answer is right, and as often as it can, to see what it takes."""

import http.client
import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

LUA = Path(__file__).with_name("ask.lua")
TOKEN = "BenchToken0123456789BenchToken0123456789Tok"


class Refused(Exception):
    """A figure that would have wrong answers in it."""


@dataclass(frozen=True)
class Ask:
    """A request, and the one answer to it that is right; white space in that counts for nothing."""

    args: dict | None  # posted as JSON; None: a GET
    answer: str
    status: int = 200
    kind: str = "application/json"

    @property
    def body(self):
        """Without blanks: the C program reads no other form."""
        return "" if self.args is None else json.dumps(self.args, separators=(",", ":"))

    @property
    def method(self):
        return "GET" if self.args is None else "POST"


@dataclass
class Sample:
    """One measurement. cpu_ms: of the server and what it starts, for each request, without nginx."""

    per_second: float
    p50_ms: float
    p99_ms: float
    cpu_ms: float


def once(url, ask):
    """(status, content type, body) of one answer."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=60)
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {TOKEN}"}
    try:
        connection.request(ask.method, parts.path, ask.body, headers)
        answer = connection.getresponse()
        return answer.status, answer.headers.get_content_type(), answer.read().decode(errors="replace")
    except OSError as error:
        raise Refused(f"{url}: {error}") from error
    finally:
        connection.close()


def check(url, ask):
    """Refused, unless one request gets its answer."""
    status, kind, body = once(url, ask)
    if (status, kind, _squeezed(body)) != (ask.status, ask.kind, _squeezed(ask.answer)):
        raise Refused(f"{url} answers {status} {kind} {body[:200]!r}")


def measure(url, ask, pid, clients, seconds, pause_ms=0):
    """What wrk finds with so many clients, each with such a pause before its requests; pid is the server's, for its
    CPU time."""
    for patience in (1, 3):  # on a busy machine the slowest have no answer in time
        before = _cpu_ms(pid)
        found = _wrk(url, ask, clients, seconds * patience, pause_ms)
        cpu_ms = _cpu_ms(pid) - before
        if found["requests"]:
            break
    if found["bad"] or not found["requests"]:
        raise Refused(f"{url}: {found['bad']} of {found['requests']} answers were wrong")
    return Sample(found["requests"] / found["seconds"], found["p50_ms"], found["p99_ms"], cpu_ms / found["requests"])


def _wrk(url, ask, clients, seconds, pause_ms):
    """What ask.lua has counted."""
    command = ["wrk", "-t1", f"-c{clients}", f"-d{seconds}s", "--timeout", "20s", "-s", str(LUA), url, "--"]
    command += [ask.method, ask.body, str(ask.status), _squeezed(ask.answer), TOKEN, str(pause_ms)]
    run = subprocess.run(command, capture_output=True, text=True)
    if run.returncode:
        raise Refused(f"{url}: wrk ended with {run.returncode}: {run.stderr.strip()}")
    return json.loads(run.stdout.strip().splitlines()[-1])


def _squeezed(text):
    return "".join(text.split())


def _cpu_ms(pid):
    """CPU time of a process and all below it, also of those that have ended and were waited for."""
    ticks, children = {}, {}
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            fields = Path(f"/proc/{name}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it has ended meanwhile
        ticks[int(name)] = sum(map(int, fields[11:15]))
        children.setdefault(int(fields[1]), []).append(int(name))
    total, waiting = 0, [pid]
    while waiting:
        process = waiting.pop()
        total += ticks.get(process, 0)
        waiting += children.get(process, [])
    return total * 1000 / os.sysconf("SC_CLK_TCK")
