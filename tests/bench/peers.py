"""The same cold work, by Towermill and by its peers: who answers sooner, and who answers more."""

import statistics
import sys
import time

from load import check, measure
from servers import CONTESTANTS, LANGUAGES, TOKEN
from table import number

NAMES = {"python": "Python", "bash": "Bash", "program": "C"}
# What is shown of the samples: title, clients, field, whether more is better.
FIGURES = (
    ("1 client, median ms", 1, "p50_ms", False),
    ("1 client, p99 ms", 1, "p99_ms", False),
    ("8 clients, requests/s", 8, "per_second", True),
    ("8 clients, CPU ms a request", 8, "cpu_ms", False),
)


def check_all(servers):
    for contestant in CONTESTANTS:
        for language in LANGUAGES:
            check(servers.url(contestant, language), TOKEN, {"name": "Grace"}, {"Hello": "Grace"})


def take_samples(servers, rounds, seconds):
    """{(language, clients, contestant): [Sample, …]}. Who begins changes from round to round."""
    samples = {}
    for number_of_round in range(rounds):
        first = number_of_round % len(CONTESTANTS)
        order = [*CONTESTANTS][first:] + [*CONTESTANTS][:first]
        for clients in (1, 8):
            for language in LANGUAGES:
                for contestant in order:
                    sample = measure(servers.url(contestant, language), TOKEN, servers.pid(contestant), clients,
                                     seconds, {"name": "Ada"}, {"Hello": "Ada"})
                    samples.setdefault((language, clients, contestant), []).append(sample)
                    time.sleep(0.2)  # what was under way when wrk left shall not burden the next
        print(f"round {number_of_round + 1} of {rounds}", file=sys.stderr, flush=True)
    return samples


def _median(samples, field, contestant):
    if field == "cpu_ms" and contestant == "fcgiwrap":
        return None  # it does not wait for its scripts, and so nobody counts what they took
    return statistics.median(getattr(sample, field) for sample in samples)


def compare(servers, rounds, seconds):
    """The rows of the table: medians over the rounds, and Towermill's beside the best of the others."""
    check_all(servers)
    samples = take_samples(servers, rounds, seconds)
    check_all(servers)
    rows = [["Cold work", *CONTESTANTS, "Towermill : best peer"]]
    for language in LANGUAGES:
        for title, clients, field, more_is_better in FIGURES:
            ours, *others = (_median(samples[language, clients, each], field, each) for each in CONTESTANTS)
            best = (max if more_is_better else min)(value for value in others if value is not None)
            cells = (number(value) if value is not None else "–" for value in (ours, *others))
            rows.append([f"{NAMES[language]}, {title}", *cells, f"{ours / best:.2f}"])
    return rows
