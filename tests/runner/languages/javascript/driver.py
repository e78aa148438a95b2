"""Starts the harness as the runner does: the system's Node.js, a socket as descriptor 3, one `run` message."""
import json
import os
import pathlib
import socket
import subprocess
import tempfile

HERE = pathlib.Path(__file__).resolve().parents[4] / "runner/languages/javascript"
PROGRAM = (HERE / "node.mjs").read_text() + (HERE / "harness.mjs").read_text()
NODE = os.environ.get("TOWERMILL_TEST_NODE", "/usr/bin/node")


def run(source, args="{}", parameters=(), **more):
    """Runs `source`, JavaScript, as the file that esbuild would have made of it; returns the messages, the log and
    the exit code."""
    with tempfile.TemporaryDirectory() as store:
        module = pathlib.Path(store, "w/f/x/bundle.mjs")
        module.parent.mkdir(parents=True)
        module.write_text(source)
        message = {"type": "run", "job_id": "j", "path": "f/x/y", "file": "f/x/y.ts", "source": "", "entry": "main",
                   "workspace_root": "/srv/hooks", "time_left_ms": 60000, "parameters": parameters,
                   "module": {"url": module.as_uri(), "root": f"{store}/w", "shift": 0}, **more}
        return start(json.dumps(message)[:-1] + ', "args": ' + args + "}", store)


def start(message, folder):
    ours, theirs = socket.socketpair()
    log = tempfile.TemporaryFile()
    process = subprocess.Popen([NODE, "--input-type=module", "-e", PROGRAM], stdin=subprocess.DEVNULL, stdout=log,
                               stderr=log, cwd=folder, env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"},
                               preexec_fn=lambda: os.set_inheritable(os.dup2(theirs.fileno(), 3), True),
                               close_fds=False)
    theirs.close()
    try:
        ours.settimeout(60)
        payload = message.encode()
        ours.sendall(len(payload).to_bytes(4, "big") + payload)
        data = b"".join(iter(lambda: ours.recv(1 << 20), b""))
        code = process.wait(60)
    finally:
        process.kill()
        process.wait()
        ours.close()
    log.seek(0)
    return frames(data), log.read().decode(), code


def frames(data):
    found = []
    while data:
        end = 4 + int.from_bytes(data[:4], "big")
        found.append(data[4:end])
        data = data[end:]
    return found
