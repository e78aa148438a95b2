"""As many forked runs as one fork server serves."""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

import fork_server_life_test  # noqa: E402


class HundredThousand(fork_server_life_test.Many):
    runs = 80_000  # behind a fifth of it: after a hundred thousand forks comes another fork server
