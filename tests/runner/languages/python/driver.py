"""Starts the harness as the runner does: the real interpreter, a socket as descriptor 3, one `run` message."""
import base64
import json
import os
import pathlib
import resource
import socket
import subprocess
import tempfile

HERE = pathlib.Path(__file__).resolve().parents[4] / "runner/languages/python"
MODULE = (HERE / "values.py").read_text() + (HERE / "harness.py").read_text()
START = (HERE / "start.py").read_text()
PYTHON = os.environ.get("TOWERMILL_TEST_PYTHON", "/usr/bin/python3")


class Run:
    """What came of one run: the messages, the log, the exit code, whether the channel ended between frames."""

    def __init__(self, messages, raw_result, log, code, rest):
        self.messages, self.raw_result, self.log, self.code, self.rest = messages, raw_result, log, code, rest

    @property
    def result(self):
        last = self.messages[-1]
        assert last["type"] == "result", last
        return last["result"]

    @property
    def failure(self):
        last = self.messages[-1]
        assert last["type"] == "failure", last
        return last

    @property
    def streamed(self):
        return [message["text"] for message in self.messages if message["type"] == "stream"]


def frames(data):
    found = []
    while len(data) >= 4 and len(data) >= 4 + int.from_bytes(data[:4], "big"):
        end = 4 + int.from_bytes(data[:4], "big")
        found.append(data[4:end])
        data = data[end:]
    return found, data


def run(source, args="{}", workspace=None, path="f/x/y", memory=None, extra=None, **how):
    """Runs `source` (str or bytes) with args (JSON text, or an object) and returns a Run."""
    with tempfile.TemporaryDirectory() as root, tempfile.TemporaryDirectory() as work_dir:
        for name, text in (workspace or {}).items():
            file = pathlib.Path(root, name)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
        message = compose(source, args, path, root, extra or {})
        return start(message, work_dir, memory, **how)


def compose(source, args, path, root, extra):
    message = {"type": "run", "job_id": "j", "path": path, "file": path + ".py", "entry": "main",
               "workspace_root": root, "time_left_ms": 60000, **extra}
    if isinstance(source, bytes):
        message["source_base64"] = base64.b64encode(source).decode()
    else:
        message["source"] = source
    args = args if isinstance(args, str) else json.dumps(args)
    return json.dumps(message)[:-1] + ', "args": ' + args + "}"


def stored_harness(folder, module=MODULE):
    """The folder with the harness in it, as the runner stores it."""
    (pathlib.Path(folder) / "towermill_harness.py").write_text(module)
    return folder


STORE = tempfile.TemporaryDirectory()
HARNESS = stored_harness(STORE.name)


def start(message, work_dir, memory, harness=HARNESS, program=START):
    ours, theirs = socket.socketpair()

    def prepare():
        os.set_inheritable(os.dup2(theirs.fileno(), 3), True)
        if memory:
            resource.setrlimit(resource.RLIMIT_AS, (memory, memory))

    log = tempfile.TemporaryFile()
    process = subprocess.Popen([PYTHON, "-I", "-c", program, harness], stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                               cwd=work_dir, env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"},
                               preexec_fn=prepare, close_fds=False)
    theirs.close()
    try:
        ours.settimeout(60)
        payload = message.encode()
        ours.sendall(len(payload).to_bytes(4, "big") + payload)
        data = b"".join(iter(lambda: ours.recv(1 << 20), b""))
        code = process.wait(60)
    finally:
        process.kill()
        ours.close()
    log.seek(0)
    found, rest = frames(data)
    return Run([json.loads(frame, parse_constant=refuse) for frame in found], found[-1] if found else b"",
               log.read().decode(), code, rest)


def refuse(name):
    raise AssertionError(f"{name} is not JSON")
