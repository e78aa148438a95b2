"""Runs a script by PHP's harness, in the real interpreter."""
import pathlib
import sys
import tempfile

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1]))

from harness_run import compose, start, write_files  # noqa: E402

HERE = pathlib.Path(__file__).resolve().parents[4] / "runner/languages/php"
PARTS = ("args", "channel", "failure", "results", "source", "harness")
PROGRAM = "".join((HERE / f"{part}.php").read_text().removeprefix("<?php\n") for part in PARTS)
SETTINGS = ("display_errors=stderr", "log_errors=0", "html_errors=0", "serialize_precision=-1",
            "zend.exception_ignore_args=1")
PHP = "/usr/bin/php"


def run(source, args="{}", workspace=None, path="f/x/y", limit="128M", address_space=None, extra=None, ini=()):
    """Runs `source` (str or bytes) with args (JSON text, or an object) and returns a Run."""
    if isinstance(source, str) and not source.startswith(("<?", "#!", "\ufeff")):
        source = "<?php\n" + source
    settings = (*SETTINGS, f"memory_limit={limit}", *ini)
    command = [PHP, *(word for setting in settings for word in ("-d", setting)), "-r", PROGRAM]
    with tempfile.TemporaryDirectory() as root, tempfile.TemporaryDirectory() as work_dir:
        write_files(root, {path + ".php": "the file on the disk", **(workspace or {})})
        message = compose(source, args, path + ".php", root, **(extra or {}))
        return start(command, message, work_dir, address_space, printed_apart=True)
