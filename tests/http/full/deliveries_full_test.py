"""Signed deliveries, and a server that is killed two hundred times."""

import unittest

import deliveries_test


class KilledOften(deliveries_test.Killed):
    kills = 200


if __name__ == "__main__":
    unittest.main()
