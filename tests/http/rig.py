"""The whole program as an operator runs it: a real nginx with our own location block, `towermill serve` behind it,
a workspace to put scripts in. Everything lives in one temporary folder and ends with the rig."""

import hashlib
import http.client
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import textwrap
import time
from pathlib import Path

import processes
from fastcgi import Wire

SOURCE = Path(__file__).resolve().parents[2]
PROGRAM = os.environ.get("TOWERMILL", str(SOURCE / "build/release/towermill"))
NGINX = shutil.which("nginx", path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin") or "nginx"
TOKEN = "TestToken0123456789TestToken0123456789Token"
TOKEN_SHA256 = hashlib.sha256(TOKEN.encode()).hexdigest()
SERVER_SECRET = "known-to-the-server-alone"


class Answer:
    """One HTTP response, read to its end."""

    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    def all(self, name):
        return [value for key, value in self.headers if key.lower() == name.lower()]

    def header(self, name):
        return next(iter(self.all(name)), None)

    @property
    def text(self):
        return self.body.decode()

    def json(self):
        return json.loads(self.body)

    def __repr__(self):
        return f"{self.status} {self.header('Content-Type')} {self.body[:400]!r}"


def wait_until(condition, seconds, interval=0.02):
    """Whether the condition came true in time."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(interval)
    return True


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Rig:
    mount = ""  # what stands before /api

    def __init__(self, settings=None, keep=False, uncomment=()):
        self.home = Path(tempfile.mkdtemp(prefix="tm-"))
        self.workspace = self.home / "workspace"
        self.shared = self.home / "shared"
        self.socket = str(self.home / "handler.sock")
        self.port = free_port()
        self.server = self.nginx = None
        for folder in (self.workspace, self.shared, self.home / "temp"):
            folder.mkdir()
        self._write_settings(settings or {})
        self._write_nginx(keep, uncomment)
        try:
            self.start_server()
            self._start_nginx()
        except BaseException:
            self.stop()
            raise

    # --- Settings ---------------------------------------------------------------------------------------------

    def _write_settings(self, settings):
        standard = {
            "workspaces": {"demo": str(self.workspace)},
            "socket": self.socket,
            "state_dir": str(self.home / "run"),
            "base_url": f"http://127.0.0.1:{self.port}",
            "token_sha256": [TOKEN_SHA256],
            "log_format": "json",
        }
        # JSON is YAML.
        (self.home / "towermill.yaml").write_text(json.dumps(standard | settings, indent=1))

    def _write_nginx(self, keep, uncomment):
        user = "user root;" if os.getuid() == 0 else ""
        (self.home / "nginx.conf").write_text(
            f"""{user} worker_processes 1; pid nginx.pid; error_log nginx-error.log;
            events {{ worker_connections 4096; }}
            http {{
              include http.conf; access_log access.log towermill;
              client_body_temp_path temp/body; fastcgi_temp_path temp/fastcgi; proxy_temp_path temp/proxy;
              scgi_temp_path temp/scgi; uwsgi_temp_path temp/uwsgi;
              server {{ listen 127.0.0.1:{self.port} backlog=4096; include towermill.conf; }}
            }}"""
        )
        for name in ("http.conf", "towermill.conf"):
            (self.home / name).write_text(self._for_here((SOURCE / "nginx" / name).read_text(), keep, uncomment))

    def _for_here(self, text, keep, uncomment):
        if keep:
            text = re.sub(r"^ *fastcgi_pass .*$", "", text, flags=re.M).replace("#keep ", "")
        for word in uncomment:
            text = text.replace(f"#{word} ", "")
        text = text.replace("unix:/run/towermill/handler.sock", f"unix:{self.socket}")
        return text.replace("/var/log/nginx/towermill.log", str(self.home / "access.log"))

    # --- Processes --------------------------------------------------------------------------------------------

    def start_server(self):
        environment = {"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": str(self.home), "SERVER_SECRET": SERVER_SECRET}
        served_before = self._times_served()
        with open(self.home / "towermill.log", "ab") as log:
            self.server = subprocess.Popen(
                [PROGRAM, "serve", "--config", str(self.home / "towermill.yaml")],
                cwd=self.home, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                start_new_session=True,
            )
        if not wait_until(lambda: self._serves(served_before), 30):
            raise AssertionError("the server did not come up:\n" + self.log())

    def _serves(self, served_before):
        """A killed server's socket may still take connections while the system clears it away: so this one's word
        counts, and not that somebody listens."""
        if self.server.poll() is not None:
            raise AssertionError("the server ended at its start:\n" + self.log())
        return self._times_served() > served_before

    def _times_served(self):
        log = self.home / "towermill.log"
        return log.read_text(errors="replace").count('"serving"') if log.exists() else 0

    def _start_nginx(self):
        command = [NGINX, "-p", f"{self.home}/", "-c", f"{self.home}/nginx.conf", "-e", "nginx-error.log"]
        command += ["-g", "daemon off;"]
        self.nginx = subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True)
        if not wait_until(self._answers, 30):
            raise AssertionError("nginx did not come up:\n" + (self.home / "nginx-error.log").read_text())

    def _answers(self):
        try:
            return self.call("GET", "/api/version").status == 200
        except OSError:
            return False

    @property
    def keeper_pid(self):
        """The process that was started: it keeps the server running."""
        return self.server.pid

    @property
    def server_pid(self):
        """The process that serves: the keeper's child of the same program."""
        return next(iter(processes.children(self.server.pid)), None)

    def stop(self):
        """Ends everything and returns what was left behind: processes and files of runs."""
        if self.server:
            end(self.server, signal.SIGTERM, 40)
        if self.nginx:
            end(self.nginx, signal.SIGTERM, 10)
        left = [f"process {pid}: {processes.command(pid)}" for pid in processes.with_environment(str(self.home))]
        left += [f"folder {folder}" for folder in self.jobs_folders()]
        shutil.rmtree(self.home, ignore_errors=True)
        return left

    # --- Scripts ----------------------------------------------------------------------------------------------

    def script(self, file, source, yaml=None):
        """Writes a script, executable where it has no extension; returns its path."""
        target = self.workspace / file
        target.parent.mkdir(parents=True, exist_ok=True)
        path = str(target.with_suffix("").relative_to(self.workspace))
        if yaml:
            (self.workspace / f"{path}.script.yaml").write_text(yaml)
        fresh = target.with_name(target.name + ".fresh~")
        fresh.write_text(textwrap.dedent(source).lstrip("\n"))
        fresh.chmod(0o644 if target.suffix else 0o755)
        fresh.rename(target)
        return path

    def prints(self, path, text):
        """A program that prints exactly this text."""
        return self.script(path, f"#!/bin/sh\ncat <<'END_OF_TEXT'\n{text}\nEND_OF_TEXT\n")

    def route(self, path, script, route_path, method="post", workspace=None, **more):
        """Writes the file of a custom route, open to all, beside the script; returns the path that it answers to."""
        keys = {"route_path": route_path, "script_path": script, "is_flow": False, "http_method": method,
                "authentication_method": "none", "request_type": "sync", "is_static_website": False,
                "workspaced_route": False, "wrap_body": False, "raw_string": False}
        self.trigger(path, json.dumps(keys | more), workspace)
        return f"/api/r/{route_path}"

    def trigger(self, path, yaml, workspace=None):
        """Writes a *.http_trigger.yaml, whole."""
        target = (workspace or self.workspace) / f"{path}.http_trigger.yaml"
        target.parent.mkdir(parents=True, exist_ok=True)
        fresh = target.with_name(f".{target.name}")
        fresh.write_text(yaml)
        fresh.rename(target)

    # --- Requests ---------------------------------------------------------------------------------------------

    def call(self, method, path, body=None, headers=None, token=TOKEN, timeout=30):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        sent = {"Authorization": f"Bearer {token}"} if token else {}
        body = body.encode() if isinstance(body, str) else body
        try:
            connection.request(method, self.mount + path, body, sent | (headers or {}))
            reply = connection.getresponse()
            return Answer(reply.status, reply.getheaders(), reply.read())
        finally:
            connection.close()

    def run(self, path, args=None, query="", **more):
        """Runs a script with these args and waits for its answer."""
        more["headers"] = {"Content-Type": "application/json"} | more.get("headers", {})
        return self.call("POST", run_url(path) + query, json.dumps(args or {}), **more)

    def begin(self, path, args=None):
        """Sends a request and returns its connection without reading the answer."""
        body = json.dumps(args or {})
        connection = socket.create_connection(("127.0.0.1", self.port), timeout=30)
        connection.sendall(
            f"POST {self.mount}{run_url(path)} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {TOKEN}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n{body}".encode()
        )
        return connection

    def raw(self, request, timeout=10):
        """Sends these bytes and returns all that comes back."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=timeout) as connection:
            connection.sendall(request)
            return b"".join(iter(lambda: connection.recv(65536), b""))

    def fastcgi(self):
        """A connection to the handler's own socket, past nginx."""
        return Wire(self.socket)

    # --- What can be seen -------------------------------------------------------------------------------------

    def log(self):
        return (self.home / "towermill.log").read_text(errors="replace")

    def run_folders(self):
        """The working folders of runs that hold something: an empty one waits for a later run."""
        return [str(path) for path in (self.home / "run").glob("jobs/*/*") if any(path.glob("*"))]

    def jobs_folders(self):
        """The folders that serving processes have for their runs, as long as they live."""
        return [str(path) for path in (self.home / "run/jobs").glob("*")]

    def noted(self, name, seconds=20):
        """What a script wrote to its file in the shared folder."""
        file = self.shared / name
        if not wait_until(lambda: file.exists() and file.read_text().endswith("\n"), seconds):
            raise AssertionError(f"no script wrote {name}; log:\n{self.log()[-2000:]}")
        return file.read_text().split()


def run_url(path):
    return f"/api/w/demo/jobs/run_wait_result/p/{path}"


def end(process, number, seconds):
    process.send_signal(number)
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        for child in processes.children(process.pid):
            os.kill(child, signal.SIGKILL)
        process.kill()
        process.wait()
