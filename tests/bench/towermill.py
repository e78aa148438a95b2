"""Towermill's own servers: one with its standard settings, and others whose settings are what is measured."""

import hashlib
import json
import re
import subprocess

from load import TOKEN
from place import PROGRAM, SOURCE, runtime

RUNTIMES = ("bun", "deno", "node", "php")
# What makes each of them different. All but the first are mounted below their names.
INSTANCES = {
    "Towermill": {},
    "cold": {"warm_starts": False},
    "crowd": {"caller_requests_at_once": 0, "runs_at_once": 1100},
}


def address(instance, path, workspace="demo"):
    """The path of a run's address on the nginx in front."""
    return f"{_mount(instance)}/api/w/{workspace}/jobs/run_wait_result/p/f/bench/{path}".lstrip("/")


def unknown_settings():
    """Those of ours that this build does not have: an older one, named by TOWERMILL=…, may lack some."""
    said = subprocess.run([PROGRAM, "settings"], capture_output=True, text=True, check=True).stdout
    return [name for special in INSTANCES.values() for name in special if f"`{name}`" not in said]


def command(place, instance):
    settings = {
        "workspaces": {name: str(place.home / folder) for name, folder in
                       (("demo", "towermill"), ("few", "few"), ("many", "many"))},
        "socket": _socket(place, instance),
        "base_path": _mount(instance),
        "state_dir": str(place.home / "state"),
        "token_sha256": [hashlib.sha256(TOKEN.encode()).hexdigest()],
        "python": "/usr/bin/python3",
        "log_format": "json",
    }
    settings |= {name: runtime(name) for name in RUNTIMES if runtime(name)}
    settings |= {name: value for name, value in INSTANCES[instance].items() if name not in unknown_settings()}
    file = place.home / f"{instance}.yaml"
    file.write_text(json.dumps(settings))  # JSON is YAML
    return [PROGRAM, "serve", "--config", str(file)], settings["socket"]


def write_nginx_files(place):
    """nginx's files for Towermill as they are, but for the paths; and their location once more for each further
    instance and for the bare libfcgi program, so that all are asked in the same way."""
    for name in ("http.conf", "towermill.conf"):
        (place.home / name).write_text(_adapted(name, place, "/api/", _socket(place, "Towermill")))
    location = re.search(r"^location /api/ \{.*?^\}\n", (place.home / "towermill.conf").read_text(), re.S | re.M)[0]
    others = [(f"{_mount(name)}/api/", _socket(place, name)) for name in INSTANCES if _mount(name)]
    others.append(("/floor", f"{place.home}/floor.sock"))
    text = "".join(
        re.sub(r"^( *fastcgi_pass) [^;]+;", rf"\1 unix:{socket};", location, flags=re.M)
        .replace("location /api/", f"location {mount}") for mount, socket in others
    )
    (place.home / "instances.conf").write_text(text)


def _adapted(name, place, mount, socket):
    text = (SOURCE / "nginx" / name).read_text().replace("/var/log/nginx/towermill.log", "access.log")
    return text.replace("unix:/run/towermill/handler.sock", f"unix:{socket}").replace("location /api/",
                                                                                      f"location {mount}")


def _mount(instance):
    return "" if instance == "Towermill" else f"/{instance}"


def _socket(place, instance):
    return f"{place.home}/{instance}.sock"
