"""What a row has found, and what it was to find."""

from dataclasses import dataclass

from table import number


def times(ratio):
    """28×, 1.15×, 1/20: as one says it."""
    return f"{number(ratio)}×" if ratio > 0.6 else f"1/{number(1 / ratio)}"


@dataclass(frozen=True)
class Goal:
    sign: str  # "≥" or "≤"
    limit: float
    unit: str | None = None  # of a limit of the figure itself; None: it is one of the ratio

    def reached(self, value):
        return value >= self.limit if self.sign == "≥" else value <= self.limit

    def __str__(self):
        if self.unit is not None:
            return f"{self.sign} {self.limit:g} {self.unit}".rstrip()
        return f"{self.sign} " + (f"{self.limit:g}×" if self.limit > 0.6 else f"1/{1 / self.limit:g}")


@dataclass
class Result:
    """One line of the table of goals. A figure that could not be had is None."""

    row: str
    title: str
    unit: str
    ours: float | None
    rival: str = ""  # the best of the others
    theirs: float | None = None
    goal: Goal | None = None
    more_is_better: bool = False

    @property
    def ratio(self):
        return self.ours / self.theirs if self.ours is not None and self.theirs else None

    @property
    def reached(self):
        """None where there is nothing to reach, or nothing was measured."""
        if self.goal is None:
            return None
        judged = self.ratio if self.goal.unit is None else self.ours
        return None if judged is None else self.goal.reached(judged)

    @property
    def factor(self):
        """How many times better than the rival, whichever way is better."""
        return self.ratio if self.more_is_better else 1 / self.ratio
