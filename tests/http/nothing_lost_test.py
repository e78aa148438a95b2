"""Some deaths of the server, in every run."""

import nothing_lost


class SomeDeaths(nothing_lost.NothingLost):
    kills = 10
