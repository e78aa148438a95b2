"""What /proc tells of processes. Facts about another's process may need root: then None."""

import os
from pathlib import Path


def _read(pid, name):
    try:
        return Path(f"/proc/{pid}/{name}").read_bytes()
    except OSError:
        return b""


def _stat(pid):
    """The fields behind the name, which may hold blanks and brackets itself."""
    return _read(pid, "stat").rpartition(b")")[2].split()


def all_pids():
    return [int(name) for name in os.listdir("/proc") if name.isdigit()]


def state(pid):
    fields = _stat(pid)
    return fields[0].decode() if fields else None


def is_alive(pid):
    return state(pid) not in (None, "Z", "X")


def has_ended(pid):
    """With all its threads: its first may be a zombie while others still die."""
    try:
        return not is_alive(pid) and len(os.listdir(f"/proc/{pid}/task")) <= 1
    except OSError:
        return True


def children(pid):
    return [other for other in all_pids() if (_stat(other)[1:2] or [b""])[0] == str(pid).encode()]


def descendants(pid):
    found = children(pid)
    for child in list(found):
        found += descendants(child)
    return found


def zombies(pid):
    return [child for child in children(pid) if state(child) == "Z"]


def command(pid):
    return _read(pid, "cmdline").replace(b"\0", b" ").decode(errors="replace").strip()


def descriptors(pid):
    try:
        return len(os.listdir(f"/proc/{pid}/fd"))
    except PermissionError:
        return None


def resident_bytes(pid):
    return _status_bytes(pid, b"VmRSS:")


def most_resident_bytes(pid):
    """Since its start."""
    return _status_bytes(pid, b"VmHWM:")


def _status_bytes(pid, name):
    for line in _read(pid, "status").splitlines():
        if line.startswith(name):
            return int(line.split()[1]) * 1024
    return None


def with_environment(text):
    """The processes, but this one, that have the text in their environment."""
    me = os.getpid()
    return [pid for pid in all_pids() if pid != me and text.encode() in _read(pid, "environ") and is_alive(pid)]
