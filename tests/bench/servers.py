"""Towermill and its peers, each started as its own manual says, all behind one nginx on a port of the loopback.

Everything lives in one temporary folder, and is ended by process id."""

import hashlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[2]
WORK = Path(__file__).with_name("work")
PROGRAM = os.environ.get("TOWERMILL", str(SOURCE / "build/release/towermill"))
TOKEN = "BenchToken0123456789BenchToken0123456789Tok"
FOLDERS = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"
ENVIRONMENT = {"PATH": "/usr/local/bin:/usr/bin:/bin", "LANG": "C.UTF-8"}  # as a service has it on Debian
LANGUAGES = ("python", "bash", "program")
CONTESTANTS = {"Towermill": "api/w/demo/jobs/run_wait_result/p/f/bench", "fcgiwrap": "fcgiwrap", "webhook": "hooks",
               "lighttpd": "lighttpd"}
JAVASCRIPT_AND_PHP = ("bun", "deno", "node", "php")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def runtime(name):
    """The absolute path of a runtime: that of BUN=…, DENO=…, NODE=…, PHP=…, or the one on the path, or None."""
    found = os.environ.get(name.upper()) or shutil.which(name)
    return os.path.realpath(found) if found else None


class Servers:
    """with Servers() as servers: …"""

    def __enter__(self):
        self.home = Path(tempfile.mkdtemp(prefix="tm-bench-"))
        self.port, self._webhook_port, self._lighttpd_port = free_port(), free_port(), free_port()
        self.processes = {}
        try:
            self._lay_out_work()
            self._start_all()
            self._await_all()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for process in reversed(self.processes.values()):
            os.killpg(process.pid, signal.SIGTERM)  # fcgiwrap does not end its own; before the wait the number is ours
        for process in self.processes.values():
            try:
                process.wait(40)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        shutil.rmtree(self.home, ignore_errors=True)

    def url(self, contestant, language):
        return f"http://127.0.0.1:{self.port}/{CONTESTANTS[contestant]}/{language}"

    def pid(self, contestant):
        return self.processes[contestant].pid

    def runs(self):
        """What Towermill's log tells of its runs."""
        lines = map(json.loads, (self.home / "Towermill.log").read_text().splitlines())
        return [line for line in lines if line["event"] == "run"]

    # --- The work ---------------------------------------------------------------------------------------------

    def _lay_out_work(self):
        (self.home / "temp").mkdir()
        for kind in ("towermill", "cgi", "hook"):
            shutil.copytree(WORK / kind, self.home / kind)
        self.compile("body.c", "towermill/f/bench/program")
        self.compile("body.c", "cgi/program", "-DCGI")
        self.compile("argument.c", "hook/program")

    def compile(self, source, target, *flags):
        command = ["g++", "-x", "c", "-O2", *flags, "-o", str(self.home / target), str(WORK / source)]
        subprocess.run(command, check=True)

    # --- The servers ------------------------------------------------------------------------------------------

    def _start_all(self):
        self._towermill()
        self._fcgiwrap()
        self._webhook()
        self._lighttpd()
        self._nginx()

    def _start(self, name, command):
        program = shutil.which(command[0], path=FOLDERS)
        if not program:
            sys.exit(f"{command[0]} is not installed")
        with open(self.home / f"{name}.log", "ab") as log:
            self.processes[name] = subprocess.Popen(
                [program, *command[1:]], cwd=self.home, env=ENVIRONMENT, stdin=subprocess.DEVNULL, stdout=log,
                stderr=log, start_new_session=True,
            )

    def _towermill(self):
        settings = {
            "workspaces": {"demo": str(self.home / "towermill")},
            "socket": str(self.home / "towermill.sock"),
            "state_dir": str(self.home / "state"),
            "token_sha256": [hashlib.sha256(TOKEN.encode()).hexdigest()],
            "python": "/usr/bin/python3",
            "log_format": "json",
        }
        settings |= {name: runtime(name) for name in JAVASCRIPT_AND_PHP if runtime(name)}
        (self.home / "towermill.yaml").write_text(json.dumps(settings))
        self._start("Towermill", [PROGRAM, "serve", "--config", str(self.home / "towermill.yaml")])

    def _fcgiwrap(self):
        """With as many processes as there are clients at most."""
        self._start("fcgiwrap", ["fcgiwrap", "-c", "8", "-s", f"unix:{self.home}/fcgiwrap.sock"])

    def _webhook(self):
        hooks = [
            {
                "id": language,
                "execute-command": str(self.home / "hook" / language),
                "command-working-directory": str(self.home),
                "pass-arguments-to-command": [{"source": "payload", "name": "name"}],
                "include-command-output-in-response": True,
                "response-headers": [{"name": "Content-Type", "value": "application/json"}],
            }
            for language in LANGUAGES
        ]
        (self.home / "hooks.json").write_text(json.dumps(hooks))
        self._start("webhook", ["webhook", "-hooks", str(self.home / "hooks.json"), "-ip", "127.0.0.1", "-port",
                                str(self._webhook_port)])

    def _lighttpd(self):
        (self.home / "lighttpd.conf").write_text(
            f"""server.document-root = "{self.home}/cgi"
            server.bind = "127.0.0.1"
            server.port = {self._lighttpd_port}
            server.modules = ( "mod_cgi", "mod_setenv" )
            setenv.set-environment = ( "LANG" => "{ENVIRONMENT['LANG']}" )
            server.upload-dirs = ( "{self.home}/temp" )
            cgi.assign = ( "" => "" )
            """
        )
        self._start("lighttpd", ["lighttpd", "-D", "-f", str(self.home / "lighttpd.conf")])

    def _nginx(self):
        (self.home / "nginx.conf").write_text(
            f"""{"user root;" if os.getuid() == 0 else ""} worker_processes auto; pid nginx.pid;
            error_log nginx-error.log; events {{ worker_connections 4096; }}
            http {{
              include http.conf; access_log access.log towermill;
              client_body_temp_path temp/body; fastcgi_temp_path temp/fastcgi; proxy_temp_path temp/proxy;
              scgi_temp_path temp/scgi; uwsgi_temp_path temp/uwsgi;
              server {{
                listen 127.0.0.1:{self.port} backlog=4096;
                include towermill.conf;
                location ~ ^/fcgiwrap/(?<work>[a-z]+)$ {{
                  include /etc/nginx/fastcgi_params;
                  fastcgi_param SCRIPT_FILENAME {self.home}/cgi/$work;
                  fastcgi_pass unix:{self.home}/fcgiwrap.sock;
                }}
                location /hooks/ {{ proxy_pass http://127.0.0.1:{self._webhook_port}; }}
                location /lighttpd/ {{ proxy_pass http://127.0.0.1:{self._lighttpd_port}/; }}
              }}
            }}"""
        )
        for name in ("http.conf", "towermill.conf"):
            text = (SOURCE / "nginx" / name).read_text().replace("/var/log/nginx/towermill.log", "access.log")
            text = text.replace("unix:/run/towermill/handler.sock", f"unix:{self.home}/towermill.sock")
            (self.home / name).write_text(text)
        self._start("nginx", ["nginx", "-p", f"{self.home}/", "-c", f"{self.home}/nginx.conf", "-e",
                              "nginx-error.log", "-g", "daemon off;"])

    def _await_all(self):
        doors = [str(self.home / "towermill.sock"), str(self.home / "fcgiwrap.sock"),
                 ("127.0.0.1", self._webhook_port), ("127.0.0.1", self._lighttpd_port), ("127.0.0.1", self.port)]
        end = time.monotonic() + 20
        while not all(map(_is_open, doors)):
            for name, process in self.processes.items():
                if process.poll() is not None:
                    sys.exit(f"{name} ended at its start:\n" + (self.home / f"{name}.log").read_text())
            if time.monotonic() > end:
                sys.exit("not every server came up in 20 s")
            time.sleep(0.05)


def _is_open(address):
    with socket.socket(socket.AF_UNIX if isinstance(address, str) else socket.AF_INET) as probe:
        return probe.connect_ex(address) == 0
