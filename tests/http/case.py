"""The base of every whole-program test: one rig for a class, and tables whose rows are tests of their own."""

import re
import unittest

from rig import Rig


def each(rows):
    """Makes one test of each row: its first value is the test's name, the others are the method's arguments."""

    def mark(method):
        method.rows = list(rows)
        return method

    return mark


def _bind(method, values):
    return lambda self: method(self, *values)


class RigCase(unittest.TestCase):
    settings = {}
    keep = False
    uncomment = ()  # what stands behind "#word " in nginx's files
    maxDiff = 4000

    def __init_subclass__(cls):
        inherited = [item for base in reversed(cls.__mro__) for item in vars(base).items()]
        for name, method in inherited:
            for number, (title, *values) in enumerate(getattr(method, "rows", ())):
                words = re.sub(r"\W+", "_", title).strip("_")
                setattr(cls, f"test_{name}__{number:02}_{words}", _bind(method, values))

    @classmethod
    def make_rig(cls):
        return Rig(cls.settings, cls.keep, cls.uncomment)

    @classmethod
    def setUpClass(cls):
        cls.rig = cls.make_rig()

    @classmethod
    def tearDownClass(cls):
        left = cls.rig.stop()
        if left:
            raise AssertionError("left behind: " + "; ".join(left))

    def expect(self, answer, status, content_type=None, body=None):
        """Compares as much as is given; an empty content type means that there must be none."""
        self.assertEqual(answer.status, status, answer)
        if content_type is not None:
            self.assertEqual(answer.header("Content-Type") or "", content_type, answer)
        if body is not None:
            self.assertEqual(answer.body, body.encode() if isinstance(body, str) else body)

    def expect_text(self, answer, status, line):
        """An answer of the server itself: one line of plain text."""
        self.assertEqual(answer.status, status, answer)
        self.assertTrue((answer.header("Content-Type") or "").startswith("text/plain"), answer)
        self.assertEqual(answer.text, line)
