#!/usr/bin/python3
"""Measures Towermill beside its peers and against its goals. tests/bench/run prepares what this needs."""

import argparse
import sys
from pathlib import Path

import machine
import plot
import report
import rows
import table
import towermill
from servers import Missing, Servers
from starts import Starts

NOTES = """\
Medians of rounds in which each takes its turn. Fresh processes: all answer {"Hello":"Ada"} to a POST of {"name":"Ada"},
with a process for each request, the same interpreters and the same locale, through one nginx; only lighttpd, a web
server itself, has none in front. What that takes differs: a CGI script (fcgiwrap, lighttpd, uWSGI) reads and parses the
body itself, a hook of webhook gets the name as an argument; to Towermill it is main's parameter, a Bash variable, or
JSON on standard input. Towermill's figures hold what the others do not do: a token checked, a private folder, limits, a
process group, a timeout, a client watched for hanging up, a log of each run, and a sweep for processes that stayed.
"With imports": urllib.request, sqlite3 and decimal, which the others import in each process; Towermill's script asks
for them by a line "# preload: …". "Started cold": Towermill with warm_starts: false. "Process reused": the script says
dedicated_worker: true; php-fpm has a static pool of 8 with Debian's opcache. "Bare libfcgi": the least that a program
can do with the same library, behind the same lines of nginx.
CPU: of the server and its scripts, without nginx; fcgiwrap does not wait for its scripts, so nobody counts theirs."""


def options(names):
    parser = argparse.ArgumentParser(prog="tests/bench/run", description=__doc__, epilog="BUN=…, DENO=…, NODE=… and "
                                     "PHP=… name runtimes that are not on the path, TOWERMILL=… another build.")
    parser.add_argument("--quick", action="store_true", help="one short round, to see that all works")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=2, help="of each measurement of throughput, in each round")
    parser.add_argument("--only", type=lambda text: text.split(","), default=names, metavar="ROW,…",
                        help="some rows: " + ", ".join(names))
    parser.add_argument("--svg", type=Path, metavar="FILE", help="draw the comparison into this file, too")
    chosen = parser.parse_args()
    unknown = set(chosen.only) - set(names)
    if unknown:
        parser.error("no such row: " + ", ".join(sorted(unknown)))
    if chosen.quick:
        chosen.rounds = chosen.seconds = 1
    return chosen


def measured(chosen):
    """(the rows that were asked for, with what they have found; how the runs were started)"""
    found = [row for row in rows.every() if row.name in chosen.only]
    with Servers([name for row in found for name in row.servers]) as servers:
        for row in found:
            row.check(servers)
        for number in range(chosen.rounds):
            for row in found:
                row.take(servers, number, chosen.seconds)
            print(f"round {number + 1} of {chosen.rounds}", file=sys.stderr, flush=True)
        for row in found:
            row.close(servers)
        ways = report.ways(servers.runs("Towermill") if "Towermill" in servers.processes else [])
    return found, ways


def tables(found):
    """Those for the README."""
    everybody = [row for row in found if "uWSGI" in row.servers]
    results = [result for row in found for result in row.results()]
    return [report.goals(results), report.peers(everybody), *(row.table() for row in found if isinstance(row, Starts))]


def show(form, tables_to_show):
    for rows_of_it in tables_to_show:
        if len(rows_of_it) > 1:
            print(f"\n{form(rows_of_it)}")


def main():
    chosen = options([*dict.fromkeys(row.name for row in rows.every())])
    print(machine.description(), flush=True)
    for setting in towermill.unknown_settings():
        print(f"This build has no {setting}: where a row is about that, it compares two servers that are alike.")
    try:
        found, ways = measured(chosen)
    except Missing as missing:
        sys.exit(str(missing))
    print(f"\n{NOTES}")
    show(table.text, [*tables(found), report.details(found), ways])
    show(table.markdown, tables(found))
    if chosen.svg:
        foot = f"Medians of {chosen.rounds} rounds, {machine.short()}."
        chosen.svg.write_text(plot.drawn([result for row in found for result in row.results()], foot))
    refused = [f"refused: {row.name}: {who}: {why}" for row in found for who, why in row.refused.items()]
    sys.exit("\n".join(refused) or None)


if __name__ == "__main__":
    main()
