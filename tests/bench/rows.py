"""All that is measured, and what each of it is to reach."""

from bodies import Bodies
from crowd import Crowd
from goal import Goal
from load import Ask
from memory import Memory
from place import CLIENTS, runtime, version_text
from race import Contestant, Race
from starts import Starts
from towermill import address
from work import FEW, MANY

GREETING = Ask({"name": "Ada"}, '{"Hello":"Ada"}')
GREETING_CREATED = Ask({"name": "Ada"}, '{"Hello":"Ada"}', status=201)


def _at_least(ratio):
    return Goal("≥", ratio)


def _at_most(ratio):
    return Goal("≤", ratio)


def _fresh(name, title, work, clients, goal=None, share=1):
    """A process for each request, by Towermill and by whoever else does that."""
    contestants = [
        Contestant("Towermill", "Towermill", address("Towermill", work)),
        Contestant("fcgiwrap", "fcgiwrap", f"fcgiwrap/{work}"),
        Contestant("webhook", "webhook", f"hooks/{work}"),
        Contestant("lighttpd", "lighttpd", work, door="lighttpd"),
        Contestant("uWSGI", "uWSGI", f"uwsgi/{work}"),
    ]
    return Race(name, title, contestants, GREETING, clients, goal, share=share)


def _javascript(name, title, clients, goal=None):
    """A runtime started ahead, beside the same runtime started when it is asked for."""
    contestants = [
        Contestant("Towermill", "Towermill", address("Towermill", name)),
        Contestant("started cold", "cold", address("cold", name)),
    ]
    pause = {"pause_ms": 200, "share": 1.5} if clients == 1 else {}
    return Race(name, title, contestants, GREETING, clients, goal, settle_s=0.7, **pause)


def _reuse(name, title, script):
    """A process that serves many requests, beside PHP's way to do that."""
    contestants = [
        Contestant("Towermill", "Towermill", address("Towermill", script)),
        Contestant("php-fpm", "php-fpm", "php/reuse"),
    ]
    return Race(name, title, contestants, GREETING_CREATED, CLIENTS, _at_least(1), settle_s=0.5)


def _version():
    contestants = [
        Contestant("Towermill", "Towermill", "api/version"),
        Contestant("bare libfcgi", "libfcgi", "floor"),
        Contestant("nginx itself", "nginx", "ceiling", counts=False),
    ]
    ask = Ask(None, version_text(), kind="text/plain")
    return Race("version", "GET /api/version", contestants, ask, CLIENTS, _at_least(0.95))


def _scripts():
    contestants = [
        Contestant("Towermill", "Towermill", address("Towermill", "program", "many")),
        Contestant(f"with {FEW}", "Towermill", address("Towermill", "program", "few")),
    ]
    return Race("scripts", f"One of {MANY:,} scripts", contestants, GREETING, 1, _at_most(1.05), share=0.5)


def every():
    """The rows in the order of the tables; those of a runtime that is not there are left out."""
    rows = [
        _fresh("python", "Python", "python", CLIENTS, _at_least(20)),
        _fresh("python", "Python", "python", 1, _at_most(1 / 20), share=0.5),
        # So few answers in a second that those under way at its end would count for much.
        _fresh("imports", "Python with imports", "imports", CLIENTS, _at_least(60), share=1.5),
        _fresh("c", "C", "program", CLIENTS, _at_least(1.15)),
        _fresh("c", "C", "program", 1, share=0.5),
        _fresh("bash", "Bash", "bash", CLIENTS, _at_least(1)),
        _fresh("bash", "Bash", "bash", 1, share=0.5),
    ]
    if runtime("node"):
        rows += [_javascript("node", "Node.js", 1, _at_most(1 / 10)), _javascript("node", "Node.js", CLIENTS)]
    if runtime("deno"):
        rows += [_javascript("deno", "Deno", 1, _at_most(1 / 4)), _javascript("deno", "Deno", CLIENTS)]
    rows.append(_reuse("reuse", "Python, process reused", "reuse_python"))
    if runtime("node"):
        rows.append(_reuse("reuse", "Node.js, process reused", "reuse_node"))
    return rows + [_version(), _scripts(), Crowd(), Memory(), Bodies(), Starts()]
