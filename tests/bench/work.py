"""The work that is measured: the scripts of work/, the C programs compiled, a workspace of ten thousand scripts."""

import os
import shutil
import subprocess

from place import HERE

WORK = HERE / "work"
MANY, FEW = 10_000, 10


def lay_out(home):
    for kind in ("towermill", "cgi", "hook"):
        shutil.copytree(WORK / kind, home / kind)
    for source, target, *flags in (
        ("body.c", "towermill/f/bench/program"),
        ("body.c", "cgi/program", "-DCGI"),
        ("argument.c", "hook/program"),
        ("sleep.c", "towermill/f/bench/sleep"),
        ("nothing.c", "nothing"),
    ):
        _compile(WORK / source, home / target, "-static", *flags)
    _compile(WORK / "floor.c", home / "floor", "-lfcgi", "-lpthread")
    for name, count in (("few", FEW), ("many", MANY)):
        _crowd(home, name, count)


def _compile(source, target, *flags):
    command = ["g++", "-x", "c", "-O2", "-o", str(target), str(source), *flags]
    subprocess.run(command, check=True)


def _crowd(home, name, count):
    """A workspace with so many scripts, all in the folder of the one that is asked for. The others are links to one
    file: to make ten thousand files takes some disks long, and nobody reads them."""
    folder = home / name / "f/bench"
    folder.mkdir(parents=True)
    shutil.copy2(home / "towermill/f/bench/program", folder / "program")
    for number in range(count - 1):
        os.link(home / "towermill/f/bench/python.py", folder / f"other_{number}.py")
