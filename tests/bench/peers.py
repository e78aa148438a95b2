"""Everybody else, each started as its own manual says; their files are in conf/. A start is a command, and the address
at which it has begun to serve."""

import json
import os
import shutil
from glob import glob

from place import CLIENTS, FOLDERS, version_text

HOOKS = ("python", "imports", "bash", "program")


def fcgiwrap(place):
    """With as many processes as there are clients at most."""
    socket = f"{place.home}/fcgiwrap.sock"
    return ["fcgiwrap", "-c", str(CLIENTS), "-s", f"unix:{socket}"], socket


def webhook(place):
    hooks = [
        {
            "id": name,
            "execute-command": str(place.home / "hook" / name),
            "command-working-directory": str(place.home),
            "pass-arguments-to-command": [{"source": "payload", "name": "name"}],
            "include-command-output-in-response": True,
            "response-headers": [{"name": "Content-Type", "value": "application/json"}],
        }
        for name in HOOKS
    ]
    file = place.home / "hooks.json"
    file.write_text(json.dumps(hooks))
    command = ["webhook", "-hooks", str(file), "-ip", "127.0.0.1", "-port", str(place.webhook_port)]
    return command, ("127.0.0.1", place.webhook_port)


def lighttpd(place):
    return ["lighttpd", "-D", "-f", place.fill_in("lighttpd.conf")], ("127.0.0.1", place.lighttpd_port)


def uwsgi(place):
    return ["uwsgi-core", "--ini", place.fill_in("uwsgi.ini")], f"{place.home}/uwsgi.sock"


def php_fpm(place):
    command = [php_fpm_program(), "-F", "-y", place.fill_in("php-fpm.conf")]
    return command + ["-R"] * (os.getuid() == 0), f"{place.home}/php-fpm.sock"


def is_installed(name):
    """Whether a peer can be started here."""
    program = {"uWSGI": "uwsgi-core", "php-fpm": php_fpm_program()}.get(name, name)
    return name == "libfcgi" or shutil.which(program, path=FOLDERS) is not None


def php_fpm_program():
    """Debian's has its version in its name."""
    return max(glob("/usr/sbin/php-fpm*"), default="php-fpm")


def floor(place):
    """The bare libfcgi program."""
    socket = f"{place.home}/floor.sock"
    return [str(place.home / "floor"), socket, version_text()], socket


def nginx(place):
    file = place.fill_in("nginx.conf", user="user root;" if os.getuid() == 0 else "", version=version_text())
    command = ["nginx", "-p", f"{place.home}/", "-c", file, "-e", "nginx-error.log", "-g", "daemon off;"]
    return command, ("127.0.0.1", place.port)


STARTS = {"fcgiwrap": fcgiwrap, "webhook": webhook, "lighttpd": lighttpd, "uWSGI": uwsgi, "php-fpm": php_fpm,
          "libfcgi": floor, "nginx": nginx}
