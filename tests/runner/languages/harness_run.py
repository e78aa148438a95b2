"""What the tests of every harness share: it is started as the runner does, with a socket as descriptor 3 and one `run`
message."""
import base64
import json
import os
import resource
import socket
import subprocess
import tempfile

PATIENCE_S = 60


class Run:
    """What came of one run: the messages, what was printed, the exit code, and what follows the last whole frame."""

    def __init__(self, data, log, printed, code):
        self.frames, self.rest = split_frames(data)
        self.messages = [json.loads(frame, parse_constant=refuse) for frame in self.frames]
        self.log, self.printed, self.code = log, printed, code

    @property
    def raw_result(self):
        return self.frames[-1] if self.frames else b""

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


def split_frames(data):
    found = []
    while len(data) >= 4 and len(data) >= 4 + int.from_bytes(data[:4], "big"):
        end = 4 + int.from_bytes(data[:4], "big")
        found.append(data[4:end])
        data = data[end:]
    return found, data


def refuse(name):
    raise AssertionError(f"{name} is not JSON")


def compose(source, args, file, root, **more):
    """The `run` message of `source` (str or bytes) with args (JSON text, or an object)."""
    message = {"type": "run", "job_id": "j", "path": file.rpartition(".")[0], "file": file, "entry": "main",
               "workspace_root": root, "time_left_ms": 60000, **more}
    if isinstance(source, bytes):
        message["source_base64"] = base64.b64encode(source).decode()
    else:
        message["source"] = source
    args = args if isinstance(args, str) else json.dumps(args)
    return json.dumps(message)[:-1] + ', "args": ' + args + "}"


def write_files(root, files):
    for name, text in files.items():
        file = os.path.join(root, name)
        os.makedirs(os.path.dirname(file), exist_ok=True)
        with open(file, "w") as opened:
            opened.write(text)


def start(command, message, work_dir, address_space=None, printed_apart=False):
    """Standard output is the log, too, or what the run has `printed`."""
    ours, theirs = socket.socketpair()

    def prepare():
        os.set_inheritable(os.dup2(theirs.fileno(), 3), True)
        if address_space:
            resource.setrlimit(resource.RLIMIT_AS, (address_space, address_space))

    with tempfile.TemporaryFile() as log, tempfile.TemporaryFile() as printed:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=printed if printed_apart else log,
                                   stderr=log, cwd=work_dir, env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"},
                                   preexec_fn=prepare, close_fds=False)
        theirs.close()
        try:
            ours.settimeout(PATIENCE_S)
            payload = message.encode()
            ours.sendall(len(payload).to_bytes(4, "big") + payload)
            data = b"".join(iter(lambda: ours.recv(1 << 20), b""))
            code = process.wait(PATIENCE_S)
        finally:
            process.kill()
            process.wait()
            ours.close()
        return Run(data, text_of(log), text_of(printed), code)


def text_of(file):
    file.seek(0)
    return file.read().decode(errors="replace")
