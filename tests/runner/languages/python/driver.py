"""Runs a script by Python's harness, in the real interpreter."""
import os
import pathlib
import sys
import tempfile

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1]))

from harness_run import compose, start, write_files  # noqa: E402

HERE = pathlib.Path(__file__).resolve().parents[4] / "runner/languages/python"
MODULE = (HERE / "values.py").read_text() + (HERE / "harness.py").read_text()
START = (HERE / "start.py").read_text()
PYTHON = os.environ.get("TOWERMILL_TEST_PYTHON", "/usr/bin/python3")


def stored_harness(folder, module=MODULE):
    """The folder with the harness in it, as the runner stores it."""
    (pathlib.Path(folder) / "towermill_harness.py").write_text(module)
    return folder


STORE = tempfile.TemporaryDirectory()
HARNESS = stored_harness(STORE.name)


def run(source, args="{}", workspace=None, path="f/x/y", memory=None, extra=None, harness=HARNESS, program=START):
    """Runs `source` (str or bytes) with args (JSON text, or an object) and returns a Run."""
    with tempfile.TemporaryDirectory() as root, tempfile.TemporaryDirectory() as work_dir:
        write_files(root, workspace or {})
        message = compose(source, args, path + ".py", root, **(extra or {}))
        return start([PYTHON, "-I", "-c", program, harness], message, work_dir, memory)
