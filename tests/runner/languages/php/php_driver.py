"""Starts PHP's harness as the runner does: the real interpreter, a socket as descriptor 3, one `run` message."""
import json
import os
import pathlib
import resource
import socket
import subprocess
import sys
import tempfile

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "python"))

from driver import Run, compose, frames, refuse  # noqa: E402 the messages are the same for every language

HERE = pathlib.Path(__file__).resolve().parents[4] / "runner/languages/php"
PARTS = ("args", "channel", "failure", "results", "source", "harness")
PROGRAM = "".join((HERE / f"{part}.php").read_text().removeprefix("<?php\n") for part in PARTS)
SETTINGS = ("display_errors=stderr", "log_errors=0", "html_errors=0", "serialize_precision=-1",
            "zend.exception_ignore_args=1")
PHP = "/usr/bin/php"


def run(source, args="{}", workspace=None, path="f/x/y", limit="128M", address_space=None, extra=None, ini=()):
    """Runs `source` (str or bytes) with args (JSON text, or an object) and returns a Run."""
    with tempfile.TemporaryDirectory() as root, tempfile.TemporaryDirectory() as work_dir:
        for name, text in {path + ".php": "the file on the disk", **(workspace or {})}.items():
            file = pathlib.Path(root, name)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
        if isinstance(source, str) and not source.startswith(("<?", "#!", "\ufeff")):
            source = "<?php\n" + source
        message = compose(source, args, path, root, {"file": path + ".php", **(extra or {})})
        return start(message, work_dir, (*SETTINGS, f"memory_limit={limit}", *ini), address_space)


def start(message, work_dir, settings, address_space):
    ours, theirs = socket.socketpair()

    def prepare():
        os.set_inheritable(os.dup2(theirs.fileno(), 3), True)
        if address_space:
            resource.setrlimit(resource.RLIMIT_AS, (address_space, address_space))

    out, log = tempfile.TemporaryFile(), tempfile.TemporaryFile()
    command = [PHP, *(word for setting in settings for word in ("-d", setting)), "-r", PROGRAM]
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=log, cwd=work_dir,
                               env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}, preexec_fn=prepare, close_fds=False)
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
    found, rest = frames(data)
    messages = [json.loads(frame, parse_constant=refuse) for frame in found]
    ended = Run(messages, found[-1] if found else b"", text_of(log), code, rest)
    ended.printed = text_of(out)
    return ended


def text_of(file):
    file.seek(0)
    return file.read().decode(errors="replace")
