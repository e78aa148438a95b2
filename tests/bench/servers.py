"""Starts Towermill and its peers in one place, and ends them by process id."""

import json
import os
import shutil
import signal
import socket
import subprocess
import time

import peers
import towermill
import work
from place import ENVIRONMENT, FOLDERS, Place


PATIENCE_S = 60  # with a server that starts


class Missing(Exception):
    """A server that is not installed, or that did not come up."""


class Servers:
    """with Servers(names) as servers: … nginx is always among them."""

    def __init__(self, names):
        self._names = [*dict.fromkeys([*names, "nginx"])]

    def __enter__(self):
        self.place = Place()
        self.processes = {}
        try:
            work.lay_out(self.place.home)
            towermill.write_nginx_files(self.place)
            doors = {name: self._start(name) for name in self._names}
            for name, door in doors.items():
                self._await(name, door)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for process in reversed(self.processes.values()):
            os.killpg(process.pid, signal.SIGTERM)  # fcgiwrap does not end its own; before the wait the number is ours
        for process in self.processes.values():
            try:
                process.wait(40)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self.place.remove()

    def url(self, path, door="nginx"):
        port = self.place.lighttpd_port if door == "lighttpd" else self.place.port
        return f"http://127.0.0.1:{port}/{path}"

    def pid(self, name):
        return self.processes[name].pid

    def runs(self, instance):
        """What the log of one of Towermill's servers tells of its runs, one after the other."""
        with open(self.place.home / f"{instance}.log") as log:
            yield from (line for line in map(json.loads, log) if line["event"] == "run")

    def _start(self, name):
        towermills = name in towermill.INSTANCES
        command, door = towermill.command(self.place, name) if towermills else peers.STARTS[name](self.place)
        program = shutil.which(command[0], path=FOLDERS)
        if not program:
            raise Missing(f"{command[0]} is not installed")
        with open(self.place.home / f"{name}.log", "ab") as log:
            self.processes[name] = subprocess.Popen(
                [program, *command[1:]], cwd=self.place.home, env=ENVIRONMENT, stdin=subprocess.DEVNULL, stdout=log,
                stderr=log, start_new_session=True,
            )
        return door

    def _await(self, name, door):
        end = time.monotonic() + PATIENCE_S
        while not _is_open(door):
            said = (self.place.home / f"{name}.log").read_text(errors="replace")
            if self.processes[name].poll() is not None:
                raise Missing(f"{name} ended at its start:\n{said}")
            if time.monotonic() > end:
                raise Missing(f"{name} did not come up in {PATIENCE_S} s:\n{said}")
            time.sleep(0.05)


def _is_open(address):
    with socket.socket(socket.AF_UNIX if isinstance(address, str) else socket.AF_INET) as probe:
        return probe.connect_ex(address) == 0
