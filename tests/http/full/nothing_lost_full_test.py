"""Jobs, and servers that are killed a hundred times."""

import unittest

import nothing_lost


class ManyDeaths(nothing_lost.NothingLost):
    kills = 100


if __name__ == "__main__":
    unittest.main()
