"""Runs a script by the harness, in the system's Node.js."""
import os
import pathlib
import sys
import tempfile

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1]))

from harness_run import compose, start, write_files  # noqa: E402

HERE = pathlib.Path(__file__).resolve().parents[4] / "runner/languages/javascript"
PROGRAM = "".join((HERE / f"{part}.mjs").read_text() for part in ("process", "node", "args", "rehearsal", "harness"))
NODE = os.environ.get("TOWERMILL_TEST_NODE", "/usr/bin/node")


def run(source, args="{}", parameters=(), **more):
    """Runs `source`, JavaScript, as the file that esbuild would have made of it, and returns a Run."""
    with tempfile.TemporaryDirectory() as store:
        write_files(store, {"w/f/x/bundle.mjs": source, "harness.mjs": PROGRAM})
        module = {"url": pathlib.Path(store, "w/f/x/bundle.mjs").as_uri(), "root": f"{store}/w", "shift": 0}
        message = compose("", args, "f/x/y.ts", "/srv/hooks", parameters=parameters, module=module, **more)
        return start([NODE, f"{store}/harness.mjs"], message, store)
