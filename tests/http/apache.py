"""The same program behind a real Apache, which starts it itself: as CGI for each request, or by mod_fcgid. Apache has
a configuration of its own in one temporary folder, and where root runs the tests, another user runs the program."""

import grp
import json
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

import processes
from rig import PROGRAM, TOKEN_SHA256, Rig, end, free_port, wait_until

APACHE = shutil.which("apache2", path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin") or "/usr/sbin/apache2"
MODULES = "/usr/lib/apache2/modules"

# The ways to be started: Apache's modules, and the path that leads to the program.
WAYS = {
    "cgi": (["mpm_prefork", "cgi"], "/cgi-bin/towermill"),
    "cgid": (["mpm_event", "cgid"], "/cgi-bin/towermill"),
    "fcgid": (["mpm_event", "fcgid"], "/hooks/towermill.fcgi"),
}


def user_of_the_program():
    return pwd.getpwnam("nobody") if os.getuid() == 0 else pwd.getpwuid(os.getuid())


class ApacheRig(Rig):
    """`settings` go into the file beside the program; `directives` into Apache's main configuration."""

    def __init__(self, way, settings=None, directives="", more_modules=()):
        self.home = Path(tempfile.mkdtemp(prefix="tm-"))
        self.user = user_of_the_program()
        modules, self.mount = WAYS[way]
        self.program = self.home / "cgi-bin/towermill"
        self.workspace, self.shared = self.home / "workspace", self.home / "shared"
        self.port = free_port()
        self.apache = None
        self._make_folders()
        self._write_settings(settings or {})
        self._write_apache([*modules, *more_modules], directives)
        try:
            self._start_apache()
        except BaseException:
            self.stop()
            raise

    def _make_folders(self):
        self.home.chmod(0o755)
        for name in ("workspace", "cgi-bin", "htdocs/hooks"):
            (self.home / name).mkdir(parents=True)
        for name in ("shared", "run", "temp"):
            (self.home / name).mkdir()
            os.chown(self.home / name, self.user.pw_uid, self.user.pw_gid)
        shutil.copy(PROGRAM, self.program)
        for ending in ("cgi", "fcgi"):
            (self.home / f"htdocs/hooks/towermill.{ending}").symlink_to(self.program)

    def _write_settings(self, settings):
        standard = {
            "workspaces": {"demo": str(self.workspace)},
            "state_dir": str(self.home / "run"),
            "token_sha256": [TOKEN_SHA256],
        }
        kept = {name: value for name, value in (standard | settings).items() if value is not None}
        self.settings_file.write_text(json.dumps(kept, indent=1))

    @property
    def settings_file(self):
        return self.home / "cgi-bin/towermill.yaml"

    def _write_apache(self, modules, directives):
        loaded = "\n".join(f"LoadModule {name}_module {MODULES}/mod_{name}.so" for name in
                           [*modules, "alias", "authz_core", "env", "mime"])
        group = grp.getgrgid(self.user.pw_gid).gr_name
        (self.home / "apache.conf").write_text(f"""
            ServerRoot {self.home}
            ServerName 127.0.0.1
            Listen 127.0.0.1:{self.port}
            PidFile apache.pid
            DefaultRuntimeDir {self.home}
            ErrorLog error.log
            {loaded}
            {f"User {self.user.pw_name}{chr(10)}Group {group}" if os.getuid() == 0 else ""}
            TypesConfig /dev/null
            KeepAlive Off
            SetEnv SERVER_SECRET known-to-the-server-alone
            <IfModule cgid_module>
              ScriptSock cgid.sock
            </IfModule>
            <IfModule fcgid_module>
              FcgidIPCDir {self.home}/temp
              FcgidProcessTableFile {self.home}/fcgid.shm
              FcgidMaxRequestLen 1073741824
              FcgidInitialEnv TMPDIR {self.home}/temp
              AddHandler fcgid-script .fcgi
            </IfModule>
            <IfModule !fcgid_module>
              SetEnv TMPDIR {self.home}/temp
              AddHandler cgi-script .cgi
              ScriptAlias /cgi-bin/ {self.home}/cgi-bin/
            </IfModule>
            DocumentRoot {self.home}/htdocs
            <Directory {self.home}/cgi-bin>
              Require all granted
              CGIPassAuth On
            </Directory>
            <Directory {self.home}/htdocs>
              Require all granted
              Options +ExecCGI +FollowSymLinks
              AllowOverride All
              CGIPassAuth On
            </Directory>
            {directives.format(home=self.home)}
            """)

    def _start_apache(self):
        command = [APACHE, "-d", str(self.home), "-f", str(self.home / "apache.conf"), "-DFOREGROUND"]
        environment = {"PATH": "/usr/local/bin:/usr/bin:/bin"}
        with open(self.home / "error.log", "ab") as log:
            self.apache = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                           start_new_session=True)
        if not wait_until(self._listens, 20):
            raise AssertionError("Apache did not come up:\n" + self.log())

    def _listens(self):
        """404 of Apache itself: nothing of ours needs to have been started."""
        try:
            return self.raw(b"GET /not/there HTTP/1.0\r\n\r\n").startswith(b"HTTP/1.1 404")
        except OSError:
            return False

    def log(self):
        return (self.home / "error.log").read_text(errors="replace")

    def programs(self):
        """The running processes of the program."""
        return [pid for pid in processes.descendants(self.apache.pid)
                if Path(processes.command(pid).split(" ")[0]).name.startswith("towermill")]

    def stop(self):
        # What has just answered may still be ending.
        wait_until(lambda: not self.jobs_folders(), 0 if "fcgid" in self.mount else 10)
        if self.apache:
            end(self.apache, signal.SIGTERM, 40)
        wait_until(lambda: not processes.with_environment(str(self.home)) and not self.jobs_folders(), 10)
        left = [f"process {pid}: {processes.command(pid)}" for pid in processes.with_environment(str(self.home))]
        left += [f"folder {folder}" for folder in self.jobs_folders()]
        shutil.rmtree(self.home, ignore_errors=True)
        return left
