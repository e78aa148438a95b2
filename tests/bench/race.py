"""A race: the same work for Towermill and for others, in turn, and how ours compares with the best of them."""

import math
import statistics
import time
from dataclasses import dataclass, field

from goal import Goal, Result
from load import Ask, Refused, check, measure
from row import Row
from table import number

UNITS = {"per_second": "requests/s", "p50_ms": "ms"}


@dataclass(frozen=True)
class Contestant:
    name: str
    server: str  # whose CPU time it is
    path: str
    door: str = "nginx"
    counts: bool = True  # as somebody to be compared with


@dataclass
class Race(Row):
    name: str
    title: str
    contestants: list[Contestant]  # ours first
    ask: Ask
    clients: int
    goal: Goal | None = None
    pause_ms: int = 0  # before each request
    share: float = 1  # of the seconds that a measurement is to take
    settle_s: float = 0.2  # what was under way when wrk left shall not burden the next
    samples: dict = field(default_factory=dict)
    refused: dict = field(default_factory=dict)

    @property
    def servers(self):
        return [contestant.server for contestant in self.contestants]

    @property
    def figure(self):
        """With one client it is how long an answer takes, with several how many there are."""
        return "p50_ms" if self.clients == 1 else "per_second"

    def check(self, servers):
        for contestant in self.contestants:
            self._unless_refused(contestant, lambda each: check(servers.url(each.path, each.door), self.ask))

    def take(self, servers, round_number, seconds):
        """One sample of each; who begins changes from round to round."""
        first = round_number % len(self.contestants)
        for contestant in self.contestants[first:] + self.contestants[:first]:
            self._unless_refused(contestant, lambda each: self._sample(servers, each, seconds))

    def _sample(self, servers, contestant, seconds):
        sample = measure(servers.url(contestant.path, contestant.door), self.ask, servers.pid(contestant.server),
                         self.clients, max(1, math.ceil(seconds * self.share)), self.pause_ms)
        self.samples.setdefault(contestant.name, []).append(sample)
        time.sleep(self.settle_s)

    def _unless_refused(self, contestant, step):
        if contestant.name in self.refused:
            return
        try:
            step(contestant)
        except Refused as refused:
            self.refused[contestant.name] = str(refused)

    def median(self, contestant, figure=None):
        """None if the figure was refused, or if nobody counts it."""
        samples = self.samples.get(contestant.name)
        if not samples or contestant.name in self.refused:
            return None
        if figure == "cpu_ms" and contestant.server == "fcgiwrap":
            return None  # it does not wait for its scripts, and so nobody counts what they took
        return statistics.median(getattr(sample, figure or self.figure) for sample in samples)

    def results(self):
        more_is_better = self.clients > 1
        rivals = {each.name: self.median(each) for each in self.contestants[1:] if each.counts}
        known = {name: value for name, value in rivals.items() if value is not None}
        best = (max if more_is_better else min)(known, key=known.get, default="")
        clients = "1 client" if self.clients == 1 else f"{self.clients} clients"
        pause = f", {self.pause_ms} ms apart" if self.pause_ms else ""
        return [Result(self.name, f"{self.title}, {clients}{pause}", UNITS[self.figure],
                       self.median(self.contestants[0]), best, known.get(best), self.goal, more_is_better)]

    def details(self):
        """A line for each contestant, all that was measured of it; the spread is over the rounds."""
        lines = []
        for contestant in self.contestants:
            values = [getattr(sample, self.figure) for sample in self.samples.get(contestant.name, [])]
            spread = f"{number(min(values))} – {number(max(values))}" if values else "–"
            figures = [number(self.median(contestant, each)) for each in ("per_second", "p50_ms", "p99_ms", "cpu_ms")]
            lines.append([f"{self.name}: {contestant.name}", str(self.clients), *figures, spread])
        return lines
