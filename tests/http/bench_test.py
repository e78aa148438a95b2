"""The bench measures nothing here, but all that it measures is there and answers as it expects."""

import shutil
import sys
import unittest
import xml.etree.ElementTree as xml
from pathlib import Path

BENCH = Path(__file__).resolve().parents[1] / "bench"
sys.path.append(str(BENCH))

import crowd  # noqa: E402
import peers  # noqa: E402
import plot  # noqa: E402
import report  # noqa: E402
import rows  # noqa: E402
import towermill  # noqa: E402
from goal import Goal, Result  # noqa: E402
from load import Refused, check  # noqa: E402
from race import Race  # noqa: E402
from servers import Servers  # noqa: E402


def is_here(name):
    return name in towermill.INSTANCES or peers.is_installed(name)


class Contestants(unittest.TestCase):
    """Of the peers, those that happen to be installed."""

    @classmethod
    def setUpClass(cls):
        cls.rows = rows.every()
        for row in filter(lambda row: isinstance(row, Race), cls.rows):
            row.contestants = [each for each in row.contestants if is_here(each.server)]
        names = [name for row in cls.rows for name in row.servers if is_here(name)]
        cls.servers = Servers(names).__enter__()
        cls.addClassCleanup(cls.servers.__exit__)

    def test_everybody_gives_the_right_answer(self):
        for row in self.rows:
            with self.subTest(row=row.name):
                row.check(self.servers)
                self.assertEqual(row.refused, {})

    def test_a_wrong_answer_is_refused(self):
        with self.assertRaisesRegex(Refused, "answers 200 text/plain"):
            check(self.servers.url("ceiling"), rows.GREETING)

    def test_a_crowd_is_answered(self):
        row = next(row for row in self.rows if row.name == "crowd")
        self.assertEqual(crowd.answered(self.servers.place.port, row.path, row.ask, 10)[1], 0)

    @unittest.skipUnless(shutil.which("wrk"), "wrk is not installed")
    def test_a_race_has_a_figure_of_everybody(self):
        race = next(row for row in self.rows if row.name == "version")
        race.take(self.servers, 0, 1)
        self.assertEqual((race.refused, len(race.samples)), ({}, len(race.contestants)))


class Figures(unittest.TestCase):
    results = [
        Result("a", "More, 8 clients", "requests/s", 4200, "fcgiwrap", 105, Goal("≥", 20), more_is_better=True),
        Result("b", "Less, 1 client", "ms", 4, "webhook", 2, Goal("≤", 1 / 20)),
        Result("c", "Unknown, 1 client", "ms", None, "webhook", 2, Goal("≤", 1 / 3)),
        Result("d", "A crowd: the last answer after", "s", 2.5, goal=Goal("≤", 2.5, "s")),
    ]

    def test_the_goals_say_what_was_reached(self):
        self.assertEqual([row[1:] for row in report.goals(self.results)[1:]], [
            ["4,200", "fcgiwrap 105", "40.0×", "≥ 20×", "yes"],
            ["4", "webhook 2", "2.00×", "≤ 1/20", "no"],
            ["–", "webhook 2", "", "≤ 1/3", "–"],
            ["2.50", "", "", "≤ 2.5 s", "yes"],
        ])

    def test_the_plot_has_a_bar_for_each_comparison(self):
        drawing = xml.fromstring(plot.drawn(self.results, "here & now"))
        bars = [each for each in drawing.iter() if each.get("class") == "bar"]
        places = [float(each.get("x")) for each in drawing.iter() if each.get("x")]
        self.assertEqual(len(bars), 2)
        self.assertTrue(all(0 <= place <= plot.WIDTH for place in places), places)

    def test_the_plot_in_the_tree_is_one_of_these(self):
        self.assertTrue(any(each.get("class") == "bar" for each in xml.parse(BENCH / "figures.svg").iter()))


if __name__ == "__main__":
    unittest.main()
