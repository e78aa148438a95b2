#!/usr/bin/python3
"""Prints two tables: Towermill beside its peers, and what its harnesses add to the bare start of a runtime.
tests/bench/run prepares what this needs."""

import argparse
import os
import platform
import shutil
import subprocess
import sys
import time
from pathlib import Path

import peers
import starts
import table
from load import Refused
from servers import FOLDERS, JAVASCRIPT_AND_PHP, SOURCE, Servers, runtime

NOTES = """\
All answer {"Hello":"Ada"} to a POST of {"name":"Ada"}, through one nginx, with a process for each request, the same
interpreters and the same locale. What that takes differs: a CGI script (fcgiwrap, lighttpd) reads and parses the body
itself, a hook of webhook gets the name as an argument; to Towermill it is main's parameter, a Bash variable, or JSON
on standard input. Towermill's figures hold what the others do not do: a token checked, a private folder, limits, a
process group, a timeout, a client watched for hanging up, a log of each run, and a sweep for processes that stayed.
CPU: of the server and its scripts, without nginx; fcgiwrap does not wait for its scripts, so nobody counts theirs."""


def said_by(*command):
    """The first line of what a program says of its version."""
    program = shutil.which(command[0], path=FOLDERS)
    if not program:
        return ""
    run = subprocess.run([program, *command[1:]], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    return next((line for line in run.stdout.splitlines() if line.strip()), "").strip()


def machine():
    processor = [line.partition(":")[2].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")]
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    fcgiwrap = said_by("dpkg-query", "-W", "fcgiwrap").replace("\t", " ")
    towermill = "Towermill " + said_by("git", "-C", str(SOURCE), "describe", "--always", "--dirty")
    lines = [
        time.strftime("%Y-%m-%d %H:%M %Z"),
        f"{processor[0] if processor else platform.machine()}, {os.cpu_count()} processors, load {load}",
        f"{platform.system()} {platform.release()}, {platform.freedesktop_os_release()['PRETTY_NAME']}",
        towermill, said_by("nginx", "-v"), fcgiwrap, said_by("webhook", "-version"),
        said_by("lighttpd", "-v"), said_by("wrk", "-v"), said_by("/usr/bin/python3", "--version"),
        said_by("/bin/bash", "--version"),
    ]
    lines += [f"{name}: {said_by(runtime(name), '--version')}" for name in JAVASCRIPT_AND_PHP if runtime(name)]
    return "\n".join(line for line in lines if line)


def options():
    parser = argparse.ArgumentParser(prog="tests/bench/run", description=__doc__, epilog="BUN=…, DENO=…, NODE=… and "
                                     "PHP=… name runtimes that are not on the path, TOWERMILL=… another build.")
    parser.add_argument("--quick", action="store_true", help="one short round, to see that all works")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=3, help="of each measurement, in each round")
    parser.add_argument("--only", choices=("peers", "starts"), help="one of the two tables")
    chosen = parser.parse_args()
    if chosen.quick:
        chosen.rounds = chosen.seconds = 1
    return chosen


def main():
    chosen = options()
    print(machine(), flush=True)
    tables = []
    try:
        with Servers() as servers:
            if chosen.only != "starts":
                tables.append(peers.compare(servers, chosen.rounds, chosen.seconds))
            if chosen.only != "peers":
                tables.append(starts.profile(servers, chosen.rounds, chosen.seconds))
    except Refused as refused:
        sys.exit(f"refused: {refused}")
    print(f"\n{NOTES}")
    for form in (table.text, table.markdown):
        for rows in tables:
            print(f"\n{form(rows)}")


if __name__ == "__main__":
    main()
