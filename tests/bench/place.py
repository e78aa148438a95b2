"""Where all that is measured lives: one temporary folder, a few ports of the loopback, and what both are told."""

import grp
import os
import pwd
import re
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[2]
HERE = Path(__file__).parent
PROGRAM = os.environ.get("TOWERMILL", str(SOURCE / "build/release/towermill"))
FOLDERS = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"
ENVIRONMENT = {"PATH": "/usr/local/bin:/usr/bin:/bin", "LANG": "C.UTF-8"}  # as a service has it on Debian
CLIENTS = 8  # of the rows that are about throughput, and the processes of who has a fixed number of them


def runtime(name):
    """The absolute path of a runtime: that of BUN=…, DENO=…, NODE=…, PHP=…, or the one on the path, or None."""
    found = os.environ.get(name.upper()) or shutil.which(name)
    return os.path.realpath(found) if found else None


def version_text():
    """What Towermill answers to GET /api/version."""
    said = subprocess.run([PROGRAM, "version"], capture_output=True, text=True, check=True).stdout
    return f"CE v{said.split()[1]} (Towermill)"


class Place:
    def __init__(self):
        self.home = Path(tempfile.mkdtemp(prefix="tm-bench-"))
        self.port, self.webhook_port, self.lighttpd_port = _free_port(), _free_port(), _free_port()
        (self.home / "temp").mkdir()

    def fill_in(self, name, **more):
        """Copies conf/NAME into the folder, with what its @words@ stand for; returns the copy's path."""
        known = {
            "home": self.home, "port": self.port, "webhook_port": self.webhook_port,
            "lighttpd_port": self.lighttpd_port, "clients": CLIENTS, "processors": os.cpu_count(),
            "lang": ENVIRONMENT["LANG"],
            "name": pwd.getpwuid(os.getuid()).pw_name, "group": grp.getgrgid(os.getgid()).gr_name, **more,
        }
        target = self.home / name
        text = (HERE / "conf" / name).read_text()
        target.write_text(re.sub(r"@(\w+)@", lambda word: str(known[word[1]]), text))
        return str(target)

    def remove(self):
        shutil.rmtree(self.home, ignore_errors=True)


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
