"""Asking a server: once, to see that its answer is right, and as often as it can, to see what it takes."""

import http.client
import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

LUA = Path(__file__).with_name("post.lua")


class Refused(Exception):
    """A figure that would have wrong answers in it."""


@dataclass
class Sample:
    """One measurement. cpu_ms: of the server and what it starts, for each request, without nginx."""

    per_second: float
    p50_ms: float
    p99_ms: float
    cpu_ms: float


def _compact(value):
    """As wrk sends it; the C program reads no other form."""
    return json.dumps(value, separators=(",", ":"))


def check(url, token, request, expected):
    """Refused, unless one request gets this answer."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=30)
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}
    try:
        connection.request("POST", parts.path, _compact(request), headers)
        answer = connection.getresponse()
        body = answer.read()
    finally:
        connection.close()
    kind = answer.headers.get_content_type()
    if answer.status != 200 or kind != "application/json" or json.loads(body) != expected:
        raise Refused(f"{url} answers {answer.status} {kind} {body[:200]!r}")


def measure(url, token, pid, clients, seconds, request, expected):
    """What wrk finds with so many clients; pid is the server's, for its CPU time."""
    command = ["wrk", "-t1", f"-c{clients}", f"-d{seconds}s", "--timeout", "20s", "-s", str(LUA), url, "--"]
    command += [_compact(request), _compact(expected), token]
    before = _cpu_ms(pid)
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    cpu_ms = _cpu_ms(pid) - before
    found = json.loads(run.stdout.strip().splitlines()[-1])
    if found["bad"] or not found["requests"]:
        raise Refused(f"{url}: {found['bad']} of {found['requests']} answers were wrong\n{run.stdout}")
    return Sample(found["requests"] / found["seconds"], found["p50_ms"], found["p99_ms"], cpu_ms / found["requests"])


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
