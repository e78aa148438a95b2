"""What a harness adds: a trivial main as Towermill runs it, beside the bare start of its runtime."""

import os
import statistics
import time
from dataclasses import dataclass

from load import Refused, check, measure
from servers import ENVIRONMENT, TOKEN, runtime
from table import number

SPAWNS = 8  # of the bare runtime, in each round


@dataclass
class Runtime:
    name: str
    bare: list  # the command of a start that does nothing
    file: str
    source: str  # a main that returns null

    @property
    def path(self):
        return "start_" + self.file.partition(".")[0]


def runtimes(servers):
    """Those that are installed; which of them the server supports shows when it is asked."""
    python = "def main():\n    return None\n"
    javascript = "export function main() { return null; }\n"
    php = "<?php\nfunction main() { return null; }\n"
    servers.compile("nothing.c", "nothing")
    found = [
        Runtime("Python", ["/usr/bin/python3", "-I", "-c", "pass"], "python.py", python),
        Runtime("Bash", ["/bin/bash", "--norc", "-c", ":"], "bash.sh", ":\n"),
        Runtime("a C program", [str(servers.home / "nothing")], "c", ""),
        Runtime("Bun", [runtime("bun"), "-e", "0"], "bun.bun.ts", javascript),
        Runtime("Deno", [runtime("deno"), "eval", "0"], "deno.deno.ts", javascript),
        Runtime("Node.js", [runtime("node"), "-e", "0"], "node.node.ts", javascript),
        Runtime("PHP", [runtime("php"), "-r", ""], "php.php", php),
    ]
    return [candidate for candidate in found if candidate.bare[0] and _serves(servers, candidate)]


def _serves(servers, candidate):
    script = servers.home / "towermill/f/bench" / f"start_{candidate.file}"
    if candidate.source:
        script.write_text(candidate.source)
    else:
        script.write_bytes((servers.home / "nothing").read_bytes())
        script.chmod(0o755)
    try:
        check(servers.url("Towermill", candidate.path), TOKEN, {}, None)
    except Refused:
        return False
    return True


def _bare_ms(command):
    null = [(os.POSIX_SPAWN_OPEN, fd, "/dev/null", os.O_RDWR, 0) for fd in range(3)]
    began = time.perf_counter()
    pid = os.posix_spawn(command[0], command, ENVIRONMENT, file_actions=null)
    _, status = os.waitpid(pid, 0)
    if status:
        raise Refused(f"{command} ended with status {status}")
    return (time.perf_counter() - began) * 1000


def profile(servers, rounds, seconds):
    """The rows of the table: medians over all rounds, which go through the runtimes in turn."""
    found = runtimes(servers)
    bare, over_http = {each.name: [] for each in found}, {each.name: [] for each in found}
    seen = len(servers.runs())
    for _ in range(rounds):
        for each in found:
            bare[each.name] += [_bare_ms(each.bare) for _ in range(SPAWNS)]
            url = servers.url("Towermill", each.path)
            over_http[each.name].append(measure(url, TOKEN, servers.pid("Towermill"), 1, seconds, {}, None).p50_ms)
    answers = {each.name: [] for each in found}
    by_path = {f"f/bench/{each.path}": each.name for each in found}
    for run in servers.runs()[seen:]:
        if run["outcome"] == "success":  # not the one that was under way when wrk left
            answers[by_path[run["path"]]].append(run["answer_ms"])
    rows = [["Runtime", "bare start, ms", "run until its answer, ms", "ours, ms", "through nginx, ms"]]
    for each in found:
        alone, answer = statistics.median(bare[each.name]), statistics.median(answers[each.name])
        rows.append([each.name, number(alone), number(answer), f"{answer - alone:+.2f}",
                     number(statistics.median(over_http[each.name]))])
    return rows
