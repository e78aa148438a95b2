"""Runs a script in a child of the fork server, spoken to as runner/protocol/fork_messages.h says."""
import array
import atexit
import json
import os
import pathlib
import resource
import shutil
import socket
import struct
import subprocess
import tempfile

import driver
from harness_run import PATIENCE_S, Run, compose, text_of, write_files

HEAD = REPLY = struct.Struct("=iii")
ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "WM_JOB_ID": "0" * 36}
OF_RUN = ("job_id", "args", "time_left_ms", "preprocessor")


def frame(content):
    content = content if isinstance(content, bytes) else content.encode()
    return len(content).to_bytes(4, "big") + content


class ForkServer:
    def __init__(self, *preload):
        self.folder = tempfile.TemporaryDirectory()
        driver.stored_harness(self.folder.name)
        shutil.copy(driver.HERE / "fork_server.py", f"{self.folder.name}/towermill_fork_server.py")
        shutil.copy(os.environ["TOWERMILL_NATIVE"], f"{self.folder.name}/towermill_native.abi3.so")
        self.control, theirs = socket.socketpair()
        self.control.settimeout(PATIENCE_S)
        command = [driver.PYTHON, "-I", "-c", driver.START, self.folder.name, "fork", *preload]
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, env=ENVIRONMENT, cwd="/", close_fds=False,
                                        preexec_fn=lambda: os.set_inheritable(os.dup2(theirs.fileno(), 3), True))
        theirs.close()
        self.loaded = json.loads(self.exactly(int.from_bytes(self.exactly(4), "big")))
        atexit.register(self.end)

    def end(self):
        self.control.close()
        self.process.wait(PATIENCE_S)

    def exactly(self, count):
        data = b""
        while len(data) < count:
            data += self.control.recv(count - len(data)) or self.fail()
        return data

    def fail(self):
        raise AssertionError(f"the fork server has ended: {self.process.wait(PATIENCE_S)}")

    def ask(self, reaped=0, learnt=b"", ends=()):
        """(wait status, how many scripts are known, the new child's pid)."""
        attached = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", ends))] if ends else []
        self.control.sendmsg([HEAD.pack(reaped, len(learnt), bool(ends)), learnt], attached)
        return REPLY.unpack(self.exactly(REPLY.size))

    def run(self, script, frames, work_dir, variables, address_space):
        """`script` is the number of a known one, or ""."""
        ours, theirs = socket.socketpair()
        with tempfile.TemporaryFile() as log:
            pid = self.ask(ends=(theirs.fileno(), log.fileno()))[2]
            theirs.close()
            if address_space:
                resource.prlimit(pid, resource.RLIMIT_AS, (address_space, address_space))
            place = "\0".join([str(script), work_dir, *variables, ""])
            ours.settimeout(PATIENCE_S)
            ours.sendall(frame(place) + b"".join(map(frame, frames)))
            data = b"".join(iter(lambda: ours.recv(1 << 20), b""))
            status = self.ask(reaped=pid)[0]
            ours.close()
            return Run(data, text_of(log), "", os.waitstatus_to_exitcode(status))


SERVERS = {}


def server(*preload):
    if preload not in SERVERS:
        SERVERS[preload] = ForkServer(*preload)
    return SERVERS[preload]


def run_forked(learns, source, args="{}", workspace=None, path="f/x/y", memory=None, extra=None, preload=()):
    """As driver.run. Where it `learns`, the server knows the script before the child is forked."""
    extra = dict(extra or {})
    variables, folder = extra.pop("environment", []), extra.pop("working_directory", None)
    with tempfile.TemporaryDirectory() as root, tempfile.TemporaryDirectory() as work_dir:
        write_files(root, workspace or {})
        args = args if isinstance(args, str) else json.dumps(args)
        told = json.loads(compose(source, {}, path + ".py", root, **extra))
        script = json.dumps({key: told[key] for key in told if key not in OF_RUN} | {"type": "script"})
        more = "".join(f', "{key}": {json.dumps(told[key])}' for key in ("preprocessor",) if key in told)
        run = f'{{"type": "run", "job_id": "j", "time_left_ms": 1{more}, "args": {args}}}'
        before = server(*preload).ask()[1]
        known = server(*preload).ask(learnt=frame(script))[1] if learns else before
        frames, number = ([run], before) if known > before else ([script, run], "")
        return server(*preload).run(number, frames, folder or work_dir, variables, memory)


def told(*given, **more):
    return run_forked(False, *given, **more)


def known(*given, **more):
    return run_forked(True, *given, **more)
