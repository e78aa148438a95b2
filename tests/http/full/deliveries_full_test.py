"""Signed deliveries, and a server that is killed two hundred times."""

import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

import deliveries_test  # noqa: E402


class KilledOften(deliveries_test.Killed):
    kills = 200


if __name__ == "__main__":
    unittest.main()
