#!/usr/bin/python3
"""The tables of the README that the program prints: <!-- settings --> begins the output of `towermill settings`,
<!-- /settings --> ends it. Run this file to fill them in."""

import os
import re
import subprocess

from tree import ROOT

PROGRAM = os.environ.get("TOWERMILL", str(ROOT / "build/release/towermill"))
README = ROOT / "README.md"
MARKS = ("settings", "limits", "errors", "metrics", "schemes", "scopes")


def printed(mark):
    return subprocess.run([PROGRAM, mark], capture_output=True, text=True, check=True).stdout.strip()


def filled(text):
    for mark in MARKS:
        table = f"<!-- {mark} -->\n{printed(mark)}\n<!-- /{mark} -->"
        text = re.sub(rf"<!-- {mark} -->\n.*?<!-- /{mark} -->", lambda _, new=table: new, text, flags=re.S)
    return text


if __name__ == "__main__":
    README.write_text(filled(README.read_text()))
