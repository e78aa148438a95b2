"""Packages of the npm registry: fetched once, checked by their hash, kept in build/npm."""

import base64
import hashlib
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
        STORE.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=STORE) as fresh:
            archive = Path(fresh) / "package.tgz"
            _fetch(f"{_registry()}/{name}/-/{name}-{version}.tgz", archive)
            found = base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
            if found != sha512:
                raise AssertionError(f"{name} {version} is not what it was: its sha512 is {found}")
            with tarfile.open(archive) as packed:
                packed.extractall(fresh)
            (Path(fresh) / "package").rename(folder)  # whole or not at all
    return folder


def _registry():
    """That of npm's settings, where npm is there, else the public one."""
    found = os.environ.get("NPM_CONFIG_REGISTRY")
    if not found and shutil.which("npm"):
        asked = subprocess.run(["npm", "config", "get", "registry"], capture_output=True, text=True)
        found = asked.stdout.strip()
    return (found if found and found.startswith("http") else "https://registry.npmjs.org").rstrip("/")


def _fetch(url, target):
    subprocess.run(
        ["curl", "-fsSL", "--retry", "4", "--retry-all-errors", "--max-time", "60", "-o", str(target), url], check=True
    )
