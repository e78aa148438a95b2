"""What a run of Python adds to the memory in use: the pages that are its own, which no other process shares."""

import json
import statistics
from dataclasses import dataclass, field

import towermill
from goal import Goal, Result
from load import Ask, Refused, once
from row import Row

OURS, COLD = "Towermill", "a cold python3"


@dataclass
class Memory(Row):
    name: str = "memory"
    servers: list = field(default_factory=lambda: ["Towermill", "fcgiwrap"])
    kib: dict = field(default_factory=dict)
    refused: dict = field(default_factory=dict)

    def take(self, servers, _round_number, _seconds):
        for name, path in ((OURS, towermill.address("Towermill", "memory")), (COLD, "fcgiwrap/memory")):
            if name in self.refused:
                continue
            try:
                self.kib.setdefault(name, []).append(_private_kib(servers.url(path)))
            except Refused as refused:
                self.refused[name] = str(refused)

    def _median_mib(self, name):
        values = self.kib.get(name)
        return statistics.median(values) / 1024 if values and name not in self.refused else None

    def results(self):
        return [Result(self.name, "Private memory of a Python run", "MiB", self._median_mib(OURS), COLD,
                       self._median_mib(COLD), Goal("≤", 1 / 3))]

def _private_kib(url):
    """As the script itself reads it: a process may always look at itself."""
    status, _, body = once(url, Ask({"name": "Ada"}, ""))
    try:
        answer = json.loads(body)
        if status == 200 and answer["name"] == "Ada":
            return answer["private_kib"]
    except (ValueError, KeyError, TypeError):
        pass  # told below, with all others
    raise Refused(f"{url} answers {status} {body[:200]!r}")
