"""A machine with systemd as its first process, in memory: this system's /usr, read-only, with everything else new and
empty. Needs root. It ends with the process that started it, whatever becomes of that."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

import processes  # noqa: E402
from rig import wait_until  # noqa: E402

UP = ("running", "degraded")  # a unit of this system's /usr may fail in there: that is not our concern
BOOT_S = 120


class Machine:
    def __init__(self, files, log):
        """Boots with `files` (path in there: path here) in the otherwise empty /usr/local; `log` takes the console."""
        self.name = f"towermill-test-{os.getpid()}"
        self.group = _own_cgroup() / self.name
        self.group.mkdir()
        binds = [f"--bind-ro={here}:{there}" for there, here in files.items()]
        # basic.target: sockets and timers, but none of the services that this system has installed.
        command = ["setpriv", "--pdeathsig", "TERM", "systemd-nspawn", "--quiet", "--register=no", "--keep-unit",
                   "--private-network", "--link-journal=no", "--console=pipe", f"--machine={self.name}",
                   "--directory=/", "--volatile=yes", "--tmpfs=/usr/local:mode=0755", *binds, "--boot",
                   "systemd.firstboot=off", "systemd.unit=basic.target"]
        # In a control group of its own: machines side by side would take each other's for theirs.
        enter = 'echo $$ >"$0/cgroup.procs" && exec "$@"'
        environment = os.environ | {"SYSTEMD_NSPAWN_UNIFIED_HIERARCHY": "1"}
        self.nspawn = subprocess.Popen(["sh", "-c", enter, str(self.group), *command], env=environment,
                                       stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
        try:
            if not wait_until(self._is_up, BOOT_S, 0.2):
                raise AssertionError(f"the machine did not boot in {BOOT_S} s")
        except BaseException:
            self.stop()
            raise

    def _is_up(self):
        if self.nspawn.poll() is not None:
            raise AssertionError(f"systemd-nspawn ended with status {self.nspawn.returncode}")
        return bool(self.first_pid) and self.run("systemctl", "is-system-running").stdout.strip() in UP

    @property
    def first_pid(self):
        """Its process 1, as a number here."""
        return next(iter(processes.children(self.nspawn.pid)), None)

    def path(self, inside):
        """A path in there, as one here."""
        return Path(f"/proc/{self.first_pid}/root{inside}")

    def write(self, inside, text, mode=0o644):
        self.path(inside).parent.mkdir(parents=True, exist_ok=True)
        self.path(inside).write_text(text)
        self.path(inside).chmod(mode)

    def start(self, *command, **more):
        """A process in there."""
        enter = ["nsenter", "--target", str(self.first_pid), "--all"]
        given = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
        environment = {"PATH": "/usr/local/bin:/usr/bin:/usr/sbin", "LC_ALL": "C.UTF-8", "SYSTEMD_PAGER": ""}
        return subprocess.Popen([*enter, *command], env=environment, **(given | more))

    def run(self, *command, seconds=120):
        """Runs it to its end: the result has returncode and stdout, errors included."""
        with self.start(*command) as process:
            try:
                output, _ = process.communicate(timeout=seconds)
            except subprocess.TimeoutExpired:
                process.kill()
                raise
        return subprocess.CompletedProcess(command, process.returncode, output)

    def stop(self):
        """Its end, orderly or not: its processes, mounts and files are gone with it."""
        if self.nspawn.poll() is None:
            self.nspawn.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.nspawn.wait(60)
        if self.nspawn.poll() is None:
            for pid in (self.first_pid, self.nspawn.pid):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid or self.nspawn.pid, signal.SIGKILL)
            self.nspawn.wait(60)
        wait_until(self._clear_cgroups, 20)

    def _clear_cgroups(self):
        folders = [Path(folder) for folder, _, _ in os.walk(self.group, topdown=False)]
        for folder in folders:
            with contextlib.suppress(OSError):
                folder.rmdir()
        return not self.group.exists()


def can_boot():
    """Why there can be no machine, or nothing."""
    if os.getuid() != 0:
        return "not run: booting a machine needs root"
    if not shutil.which("systemd-nspawn"):
        return "not run: there is no systemd-nspawn"
    return None


def _own_cgroup():
    """The folder of this process's control group, of the second version."""
    mounts = [line.split() for line in Path("/proc/self/mounts").read_text().splitlines()]
    root = next(where for _, where, kind, *_ in mounts if kind == "cgroup2")
    groups = Path("/proc/self/cgroup").read_text().splitlines()
    return Path(root + next(line.removeprefix("0::") for line in groups if line.startswith("0::")))
