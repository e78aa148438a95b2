"""Packages of the npm registry: fetched once, checked by their hash, kept in build/npm."""

import base64
import hashlib
import json
import os
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path

from rig import SOURCE

STORE = SOURCE / "build/npm"


def package(name, version, sha512):
    """The folder of the unpacked package; sha512 as npm writes it in its lock files, without the "sha512-"."""
    folder = STORE / f"{name}-{version}"
    if not folder.exists():
        _unpack(f"{_registry()}/{name}/-/{name.rpartition('/')[2]}-{version}.tgz", sha512, folder)
    return folder


def together(folder, packages):
    """A folder below build/npm whose node_modules has these, each as package() takes it: they find each other there."""
    modules = STORE / folder / "node_modules"
    for name, version, sha512 in packages:
        if not (modules / name).exists():
            shutil.copytree(package(name, version, sha512), modules / name)
    return modules.parent


def newest(name, major):
    """The folder of the package in its newest version of that major one, as it was when it was first asked for."""
    kept = sorted(STORE.glob(f"{name}-{major}.*"))
    if kept:
        return kept[-1]
    short = ("-H", "Accept: application/vnd.npm.install-v1+json")
    about = json.loads(_curl(*short, f"{_registry()}/{name.replace('/', '%2f')}"))
    released = [version for version in about["versions"]
                if version.startswith(major + ".") and version.replace(".", "").isdigit()]
    version = max(released, key=lambda text: [int(part) for part in text.split(".")])
    archive = about["versions"][version]["dist"]
    folder = STORE / f"{name}-{version}"
    _unpack(archive["tarball"], archive["integrity"].removeprefix("sha512-"), folder)
    return folder


def _unpack(url, sha512, folder):
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=STORE) as fresh:
        archive = Path(fresh) / "package.tgz"
        _curl("-o", str(archive), url)
        found = base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
        if found != sha512:
            raise AssertionError(f"{folder.name} is not what it was: its sha512 is {found}")
        with tarfile.open(archive) as packed:
            packed.extractall(fresh)
        (Path(fresh) / "package").rename(folder)  # whole or not at all


def _registry():
    """That of npm's settings, where npm is there, else the public one."""
    found = os.environ.get("NPM_CONFIG_REGISTRY")
    if not found and shutil.which("npm"):
        asked = subprocess.run(["npm", "config", "get", "registry"], capture_output=True, text=True)
        found = asked.stdout.strip()
    return (found if found and found.startswith("http") else "https://registry.npmjs.org").rstrip("/")


def _curl(*arguments):
    command = ["curl", "-fsSL", "--retry", "4", "--retry-all-errors", "--max-time", "600", *arguments]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout
