"""On what it was measured: the machine, and the version of everything that took part."""

import os
import platform
import shutil
import subprocess
import time

import peers
from place import FOLDERS, SOURCE, runtime
from towermill import RUNTIMES


def _said_by(*command):
    """The first line of what a program says of its version."""
    program = shutil.which(command[0], path=FOLDERS)
    if not program:
        return ""
    run = subprocess.run([program, *command[1:]], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    return next((line for line in run.stdout.splitlines() if line.strip()), "").strip()


def short():
    """When and where, in one line."""
    system = platform.freedesktop_os_release()
    release = f"{system['NAME'].split()[0]} {system.get('VERSION_ID', '')}".strip()
    return f"{time.strftime('%Y-%m-%d')}, {os.cpu_count()} processors, {release}"


def description():
    processor = [line.partition(":")[2].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")]
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    lines = [
        time.strftime("%Y-%m-%d %H:%M %Z"),
        f"{processor[0] if processor else platform.machine()}, {os.cpu_count()} processors, load {load}",
        f"{platform.system()} {platform.release()}, {platform.freedesktop_os_release()['PRETTY_NAME']}",
        "Towermill " + _said_by("git", "-C", str(SOURCE), "describe", "--always", "--dirty"),
        _said_by("nginx", "-v"),
        _said_by("dpkg-query", "-W", "fcgiwrap").replace("\t", " "),
        _said_by("webhook", "-version"),
        _said_by("lighttpd", "-v"),
        "uWSGI " + _said_by("uwsgi-core", "--version"),
        _said_by(peers.php_fpm_program(), "-v"),
        _said_by("dpkg-query", "-W", "libfcgi-dev").replace("\t", " "),
        _said_by("wrk", "-v"),
        _said_by("/usr/bin/python3", "--version"),
        _said_by("/bin/bash", "--version"),
    ]
    lines += [f"{name}: {_said_by(runtime(name), '--version')}" for name in RUNTIMES if runtime(name)]
    return "\n".join(line for line in lines if line)
