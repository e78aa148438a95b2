"""The tables that the rows come to."""

from collections import Counter

from goal import times
from table import number

DETAILS = ["Each of them", "clients", "requests/s", "median ms", "p99 ms", "CPU ms a request", "over the rounds"]
REACHED = {True: "yes", False: "no", None: "–"}


def goals(results):
    """What was to be reached, and whether it was."""
    rows = [["What", "Towermill", "the best beside it", "ratio", "goal", "reached"]]
    for each in results:
        rival = f"{each.rival} {number(each.theirs)}" if each.rival else ""
        ratio = times(each.ratio) if each.ratio else ""
        rows.append([f"{each.title}, {each.unit}".rstrip(", "), number(each.ours), rival, ratio,
                     str(each.goal) if each.goal else "", REACHED[each.reached]])
    return rows


def peers(races):
    """The races that everybody runs, as they stand in the README."""
    if not races:
        return []
    names = [contestant.name for contestant in races[0].contestants]
    rows = [["Cold work", *names, f"{names[0]} : best of the others"]]
    for race in races:
        result = race.results()[0]
        figures = [number(race.median(contestant)) for contestant in race.contestants]
        rows.append([f"{result.title}, {result.unit}", *figures, times(result.ratio) if result.ratio else "–"])
    return rows


def ways(runs):
    """How the runs of each script were started: by a fork, from a standby, anew."""
    counted = Counter((run["path"], run.get("way", "–")) for run in runs)
    return [["Script", "way", "runs"], *([*which, number(count)] for which, count in sorted(counted.items()))]


def details(rows):
    return [DETAILS, *(line for row in rows for line in row.details())]
