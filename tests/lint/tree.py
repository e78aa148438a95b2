"""The files of the project, as the checks here see them."""

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TOP = ("handler", "runner", "tests", "nginx", "systemd")


def files(*suffixes, below=TOP):
    """Files of ours with such an ending, or all of them; what git ignores is not ours."""
    listed = subprocess.run(
        ["git", "-C", str(ROOT), "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        capture_output=True, text=True,
    )
    if listed.returncode == 0:
        paths = [ROOT / name for name in listed.stdout.split("\0") if name]
    else:  # a tree without git
        paths = [path for path in ROOT.rglob("*") if not {"build", ".git"} & set(path.relative_to(ROOT).parts)]
    return sorted(
        path
        for path in paths
        if path.is_file()
        and (not below or path.relative_to(ROOT).parts[0] in below)
        and (not suffixes or path.suffix in suffixes)
    )


def name(path):
    return str(path.relative_to(ROOT))


def includes(path):
    """(line number, what is included, with its brackets or quotes)."""
    for number, line in enumerate(path.read_text().splitlines(), 1):
        found = re.match(r'\s*#\s*include\s*([<"][^>"]+[>"])', line)
        if found:
            yield number, found.group(1)
