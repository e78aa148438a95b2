"""What a harness adds: a trivial main as Towermill runs it cold, beside the bare start of its runtime."""

import os
import statistics
import time
from dataclasses import dataclass, field

import towermill
from load import Ask, Refused, check, measure
from place import ENVIRONMENT, runtime
from row import Row
from table import number

SPAWNS = 8  # of the bare runtime, in each round
NULL = Ask({}, "null")


@dataclass
class Runtime:
    name: str
    bare: list  # the command of a start that does nothing
    file: str
    source: str  # a main that returns null
    bare_ms: list = field(default_factory=list)
    over_http_ms: list = field(default_factory=list)

    @property
    def path(self):
        return "start_" + self.file.partition(".")[0]


def _runtimes(home):
    python = "def main():\n    return None\n"
    javascript = "export function main() { return null; }\n"
    php = "<?php\nfunction main() { return null; }\n"
    return [
        Runtime("Python", ["/usr/bin/python3", "-I", "-c", "pass"], "python.py", python),
        Runtime("Bash", ["/bin/bash", "--norc", "-c", ":"], "bash.sh", ":\n"),
        Runtime("a C program", [str(home / "nothing")], "c", ""),
        Runtime("Bun", [runtime("bun"), "-e", "0"], "bun.bun.ts", javascript),
        Runtime("Deno", [runtime("deno"), "eval", "0"], "deno.deno.ts", javascript),
        Runtime("Node.js", [runtime("node"), "-e", "0"], "node.node.ts", javascript),
        Runtime("PHP", [runtime("php"), "-r", ""], "php.php", php),
    ]


@dataclass
class Starts(Row):
    name: str = "starts"
    servers: list = field(default_factory=lambda: ["cold"])
    found: list = field(default_factory=list)
    refused: dict = field(default_factory=dict)
    answer_ms: dict = field(default_factory=dict)  # by path, as the log has it

    def check(self, servers):
        """Those that are installed; which of them the server supports shows when it is asked."""
        home = servers.place.home
        self.found = [each for each in _runtimes(home) if each.bare[0] and self._serves(servers, home, each)]

    def _serves(self, servers, home, candidate):
        script = home / "towermill/f/bench" / f"start_{candidate.file}"
        if candidate.source:
            script.write_text(candidate.source)
        else:
            script.write_bytes((home / "nothing").read_bytes())
            script.chmod(0o755)
        try:
            check(servers.url(towermill.address("cold", candidate.path)), NULL)
        except Refused as refused:
            self.refused[candidate.name] = str(refused)
        return candidate.name not in self.refused

    def take(self, servers, _round_number, seconds):
        for each in filter(lambda each: each.name not in self.refused, self.found):
            try:
                each.bare_ms += [_bare_ms(each.bare) for _ in range(SPAWNS)]
                url = servers.url(towermill.address("cold", each.path))
                sample = measure(url, NULL, servers.pid("cold"), 1, max(1, seconds // 2))
                each.over_http_ms.append(sample.p50_ms)
            except Refused as refused:
                self.refused[each.name] = str(refused)

    def close(self, servers):
        for run in servers.runs("cold"):
            if run["outcome"] == "success":  # not the one that was under way when wrk left
                self.answer_ms.setdefault(run["path"], []).append(run["answer_ms"])

    def table(self):
        """Medians over all rounds."""
        rows = [["Runtime", "bare start, ms", "run until its answer, ms", "ours, ms", "through nginx, ms"]]
        for each in filter(lambda each: each.name not in self.refused, self.found):
            alone, answer = statistics.median(each.bare_ms), statistics.median(self.answer_ms[f"f/bench/{each.path}"])
            rows.append([each.name, number(alone), number(answer), f"{answer - alone:+.2f}",
                         number(statistics.median(each.over_http_ms))])
        return rows


def _bare_ms(command):
    null = [(os.POSIX_SPAWN_OPEN, fd, "/dev/null", os.O_RDWR, 0) for fd in range(3)]
    began = time.perf_counter()
    pid = os.posix_spawn(command[0], command, ENVIRONMENT, file_actions=null)
    _, status = os.waitpid(pid, 0)
    if status:
        raise Refused(f"{command} ended with status {status}")
    return (time.perf_counter() - began) * 1000
