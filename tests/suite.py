#!/usr/bin/python3
"""Runs the tests in the files *_test.py of some folders and ends with the line "N passed, N failed"."""

import os
import sys
import time
import unittest


class Lines(unittest.TextTestResult):
    """One line a test as it ends; what went wrong right below it."""

    def startTest(self, test):
        self.began = time.monotonic()
        unittest.TestResult.startTest(self, test)

    def line(self, word, test, error=None):
        name = test.id() if hasattr(test, "id") else str(test)
        print(f"{word:4} {name} ({time.monotonic() - getattr(self, 'began', time.monotonic()):.2f} s)", flush=True)
        if error:
            print(self._exc_info_to_string(error, test), flush=True)

    def addSuccess(self, test):
        self.passed = getattr(self, "passed", 0) + 1
        self.line("ok", test)

    def addSkip(self, test, reason):
        self.line("skip", test)
        print(f"     {reason}", flush=True)

    def addFailure(self, test, error):
        self.failures.append((test, ""))
        self.line("FAIL", test, error)

    def addError(self, test, error):
        self.errors.append((test, ""))
        self.line("FAIL", test, error)


def suite_of(folder, pattern):
    sys.path.insert(0, folder)
    return unittest.TestLoader().discover(folder, pattern=pattern, top_level_dir=folder)


def main():
    """suite.py FOLDER… [--only PATTERN], the pattern being of file names."""
    folders, pattern = sys.argv[1:], "*_test.py"
    if "--only" in folders:
        at = folders.index("--only")
        pattern = folders[at + 1]
        del folders[at:]
    sys.dont_write_bytecode = True
    result = Lines(unittest.runner._WritelnDecorator(sys.stdout), False, 0)
    for folder in folders:
        suite_of(os.path.abspath(folder), pattern).run(result)
    failed = len(result.failures) + len(result.errors)
    print(f"{getattr(result, 'passed', 0)} passed, {failed} failed")
    sys.exit(1 if failed or not result.testsRun else 0)


if __name__ == "__main__":
    main()
