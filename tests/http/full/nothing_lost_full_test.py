"""Jobs, and servers that are killed a hundred times."""

import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

import nothing_lost  # noqa: E402


class ManyDeaths(nothing_lost.NothingLost):
    kills = 100


if __name__ == "__main__":
    unittest.main()
