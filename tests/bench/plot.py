"""The comparison as one SVG file: a bar for each row that has a goal and somebody to be compared with. The bar says how
many times better Towermill is, on a logarithmic scale, and a mark where its goal was."""

import math
from itertools import groupby
from xml.sax.saxutils import escape

from goal import times
from table import number

WIDTH, TOP, STEP, BAR = 900, 84, 28, 14
LEFT, RIGHT = 250, 560  # of the scale
TICKS = (0.01, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)
DECADES = (0.01, 0.1, 1, 10, 100, 1000)  # where there is no room for more

STYLE = """
text { font: 13px system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif; fill: #1f2328; }
.page { fill: #ffffff; }
.head { font-size: 16px; font-weight: 600; }
.factor { font-weight: 600; }
.faint { font-size: 12px; fill: #59636e; }
.grid { stroke: #d1d9e0; }
.one { stroke: #818b98; }
.bar { fill: #218bff; }
.goal { stroke: #bc4c00; stroke-width: 2.5; }
@media (prefers-color-scheme: dark) {
  text { fill: #f0f6fc; }
  .page { fill: #0d1117; }
  .faint { fill: #9198a1; }
  .grid { stroke: #2a313c; }
  .one { stroke: #656c76; }
  .bar { fill: #1f6feb; }
  .goal { stroke: #f0883e; }
}
"""


class Scale:
    """From how many times better to a place from left to right."""

    def __init__(self, factors):
        low, high = min(0.8, *factors), max(2, *factors)
        self._low, self._span = math.log(low * 0.95), math.log(high * 1.05) - math.log(low * 0.95)
        within = [tick for tick in TICKS if low <= tick <= high]
        self.ticks = within if high / low < 300 else [tick for tick in within if tick in DECADES]

    def __call__(self, factor):
        return LEFT + (RIGHT - LEFT) * (math.log(factor) - self._low) / self._span


def drawn(results, foot):
    """The file's text. Rows without a figure are left out."""
    shown = [each for each in results if each.goal and each.rival and each.ratio]
    height = TOP + STEP * len(shown) + 58
    scale = Scale([each.factor for each in shown] + [_goal(each) for each in shown])
    parts = [*_frame(scale, height, len(shown)), *(_row(scale, each, at) for at, each in enumerate(shown)),
             *_notes(results, foot, height)]
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" '
            f'height="{height}" role="img">\n<title>How many times better Towermill is than what it is compared with'
            f"</title>\n<style>{STYLE}</style>\n" + "\n".join(parts) + "\n</svg>\n")


def _goal(result):
    return result.goal.limit if result.more_is_better else 1 / result.goal.limit


def _text(x, y, text, kind="", anchor="start"):
    return f'<text x="{x:.1f}" y="{y:.1f}" class="{kind}" text-anchor="{anchor}">{escape(text)}</text>'


def _line(x, top, bottom, kind):
    return f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{top:.1f}" y2="{bottom:.1f}" class="{kind}"/>'


def _frame(scale, height, rows):
    bottom = TOP + STEP * rows
    yield f'<rect width="{WIDTH}" height="{height}" rx="8" class="page"/>'
    yield _text(24, 34, "How many times better than the best beside it", "head")
    yield _line(RIGHT + 60, 22, 36, "goal")
    yield _text(RIGHT + 70, 34, "its goal", "faint")
    for tick in scale.ticks:
        yield _text(scale(tick), TOP - 14, f"{tick:g}×", "faint", "middle")
        yield _line(scale(tick), TOP - 8, bottom, "one" if tick == 1 else "grid")


def _row(scale, result, at):
    middle = TOP + STEP * at + STEP / 2
    begin, end = sorted((scale(1), scale(result.factor)))
    figures = f"{number(result.ours)} : {number(result.theirs)} {result.unit}, {result.rival}"
    return "\n".join([
        _text(LEFT - 14, middle + 4.5, result.title, anchor="end"),
        f'<rect x="{begin:.1f}" y="{middle - BAR / 2:.1f}" width="{max(end - begin, 1.5):.1f}" height="{BAR}" rx="2" '
        'class="bar"/>',
        _line(scale(_goal(result)), middle - BAR / 2 - 3, middle + BAR / 2 + 3, "goal"),
        _text(RIGHT + 56, middle + 4.5, times(result.factor), "factor", "end"),
        _text(RIGHT + 70, middle + 4.5, figures, "faint"),
    ])


def _notes(results, foot, height):
    alone = [each for each in results if each.goal and each.goal.unit is not None and each.ours is not None]
    for subject, found in groupby(alone, key=lambda each: each.title.partition(": ")[0]):
        figures = (f"{each.title.partition(': ')[2]} {number(each.ours)} {each.unit}".rstrip() for each in found)
        yield _text(24, height - 34, f"{subject}: {', '.join(figures)}.", "faint")
    yield _text(24, height - 16, foot, "faint")
