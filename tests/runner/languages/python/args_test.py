"""How args reach main. Each row: the script, the args, what main saw."""
import json
import unittest

from driver import run

SEEN = {
    "args are given by name": ("def main(a, b): return [a, b]", {"b": 2, "a": 1}, [1, 2]),
    "a missing arg is its default": ("def main(a, b=7): return [a, b]", {"a": 1}, [1, 7]),
    "a missing arg without a default is None": ("def main(a, b=7): return [a, b]", {}, [None, 7]),
    "null for an arg with a default is the default": ("def main(a=7): return a", {"a": None}, 7),
    "null for an arg without a default is None": ("def main(a): return a is None", {"a": None}, True),
    "false, zero and empty are values, not missing": (
        "def main(a=7, b=7, c=7, d=7): return [a, b, c, d]",
        {"a": False, "b": 0, "c": "", "d": []}, [False, 0, "", []]),
    "an extra arg is ignored": ("def main(a): return a", {"a": 1, "z": 2}, 1),
    "extra args go to **kwargs": ("def main(a, **rest): return [a, rest]", {"a": 1, "z": 2}, [1, {"z": 2}]),
    "*args stays empty": ("def main(a, *args, b=3): return [a, args, b]", {"a": 1, "args": 2}, [1, [], 3]),
    "main may take nothing": ("def main(): return 5", {"a": 1}, 5),
    "positional-only": ("def main(a, b=2, /, c=3): return [a, b, c]", {"a": 1, "c": 4}, [1, 2, 4]),
    "a positional-only default does not shift the next": ("def main(a=1, b=2, /): return [a, b]", {"b": 5}, [1, 5]),
    "positional-only beside **kwargs is given once": (
        "def main(a, /, **rest): return [a, rest]", {"a": 1, "b": 2}, [1, {"b": 2}]),
    "keyword-only": ("def main(*, a, b=2): return [a, b]", {"a": 1}, [1, 2]),
    "the wrong type is main's business": ("def main(a: int): return a", {"a": "x"}, "x"),
    "a 30-digit integer keeps its digits": ("def main(a): return str(a)", '{"a": %s}' % ("9" * 30), "9" * 30),
    "a key with any characters reaches **kwargs": (
        "def main(**rest): return rest", {"a-b c": 1, "größe": 2, "self": 3, "main": 4, "args": 5},
        {"a-b c": 1, "größe": 2, "self": 3, "main": 4, "args": 5}),
    "decorated with functools.wraps": ("""
import functools
def twice(f):
    @functools.wraps(f)
    def wrapper(*args, **kwargs):
        return f(*args, **kwargs) * 2
    return wrapper
@twice
@twice
def main(a, b=1): return [a, b]""", {"a": 1, "z": 9}, [1, 1] * 4),
    "decorated without wraps": ("""
def deco(f): return lambda **kwargs: f(**kwargs)
@deco
def main(a, b=1): return [a, b]""", {"a": 1}, [1, 1]),
    "an object with __call__": ("""
class Main:
    def __call__(self, a, b=2): return [a, b]
main = Main()""", {"a": 1, "z": 1}, [1, 2]),
    "a partial": ("import functools\ndef f(a, b): return [a, b]\nmain = functools.partial(f, b=4)", {"a": 1}, [1, 4]),
    "a bound method": ("class C:\n def go(self, a): return a\nmain = C().go", {"a": 1}, 1),
    "a built-in function": ("from math import sqrt as main", {"x": 9, "z": 1}, 3.0),
    "async": ("async def main(a): return a", {"a": 1}, 1),
}

DATE = "from datetime import datetime\nfrom typing import Optional, Union\nimport datetime as d\n"
SHOW = "return a.isoformat() if isinstance(a, datetime) else a"
CONVERTED = {
    "a date with its offset": ("datetime", "2024-05-06T07:08:09+02:00", "2024-05-06T07:08:09+02:00"),
    "Z is UTC": ("datetime", "2024-05-06T07:08:09Z", "2024-05-06T07:08:09+00:00"),
    "milliseconds": ("datetime", "2024-05-06T07:08:09.125Z", "2024-05-06T07:08:09.125000+00:00"),
    "a date alone": ("datetime", "2024-05-06", "2024-05-06T00:00:00"),
    "Optional": ("Optional[datetime]", "2024-05-06", "2024-05-06T00:00:00"),
    "a union of datetime and str stays text": ("Union[datetime, str]", "2024-05-06", "2024-05-06"),
    "the module's name before it": ("d.datetime", "2024-05-06", "2024-05-06T00:00:00"),
    "a string annotation": ("'Optional[datetime]'", "2024-05-06", "2024-05-06T00:00:00"),
    "a string annotation nobody defines": ("'Nothing[datetime]'", "2024-05-06", "2024-05-06"),
    "a number is not converted": ("datetime", 5, 5),
    "another annotation": ("list[datetime]", "2024-05-06", "2024-05-06"),
}


class Args(unittest.TestCase):
    def test_main_sees_its_args(self):
        for name, (source, args, seen) in SEEN.items():
            with self.subTest(name):
                self.assertEqual(run(source, args).result, seen)

    def test_dates_come_from_iso_strings(self):
        for name, (annotation, text, seen) in CONVERTED.items():
            with self.subTest(name):
                self.assertEqual(run(f"{DATE}def main(a: {annotation}): {SHOW}", {"a": text}).result, seen)

    def test_annotations_of_the_future_are_resolved(self):
        source = f"from __future__ import annotations\n{DATE}def main(a: datetime, b: bytes): {SHOW}"
        self.assertEqual(run(source, {"a": "2024-05-06"}).result, "2024-05-06T00:00:00")

    def test_bytes_come_from_base64(self):
        source = "def main(a: bytes, b: 'bytes' = b'x'): return [list(a), list(b)]"
        self.assertEqual(run(source, {"a": "AP8="}).result, [[0, 255], [120]])

    def test_what_cannot_be_converted_fails_by_name(self):
        bad_date = run(DATE + "def main(when: datetime): pass", {"when": "soon"}).failure
        self.assertEqual((bad_date["name"], bad_date["message"]),
                         ("ValueError", "the argument \"when\" is not an ISO 8601 date and time: 'soon'"))
        bad_bytes = run("def main(blob: bytes): pass", {"blob": "##"}).failure
        self.assertIn('the argument "blob" is not base64', bad_bytes["message"])

    def test_20_megabytes_arrive_whole(self):
        args = json.dumps({"a": "x" * 20_000_000})
        self.assertEqual(run("def main(a): return [len(a), set(a) == {'x'}]", args).result, [20_000_000, True])

    def test_an_integer_beyond_the_limit_of_python_itself_is_a_failure(self):
        self.assertIn("4300", run("def main(a): pass", '{"a": %s}' % ("9" * 5000)).failure["message"])

    def test_the_last_of_two_equal_keys_counts(self):
        self.assertEqual(run("def main(a): return a", '{"a": 1, "a": 2}').result, 2)


if __name__ == "__main__":
    unittest.main()
