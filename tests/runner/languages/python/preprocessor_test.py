"""A script's preprocessor: it takes the args, and what it returns are those of main."""
import unittest

from driver import run

MAIN = "def main(a, b=2, **more): return [a, b, more]\n"
TAKES = "def preprocessor(event): return {'a': event['body']['n'], 'c': 3}\n"
EVENT = '{"event": {"kind": "webhook", "body": {"n": 123456789012345678901234567890}}}'


def preprocess(source, args=EVENT):
    return run(source, args, extra={"preprocessor": []})


class Preprocessor(unittest.TestCase):
    def test_what_it_returns_are_the_args_of_main(self):
        self.assertEqual(preprocess(MAIN + TAKES).result, [123456789012345678901234567890, 2, {"c": 3}])

    def test_it_may_be_async(self):
        self.assertEqual(preprocess(MAIN + "async " + TAKES).result[0], 123456789012345678901234567890)

    def test_it_is_left_out_where_nobody_asks_for_it(self):
        self.assertEqual(run(MAIN + TAKES, '{"a": 1}').result, [1, 2, {}])

    def test_its_errors_are_the_script_s(self):
        failure = preprocess(MAIN + "def preprocessor(event):\n    raise KeyError('no')").failure
        self.assertEqual((failure["name"], failure["message"]), ("KeyError", "'no'"))
        self.assertIn('File "f/x/y.py", line 3, in preprocessor', failure["stack"])

    def test_what_is_no_dict_cannot_be_args(self):
        for returned, kind in {"None": "NoneType", "[1]": "list", "'a'": "str"}.items():
            failure = preprocess(MAIN + f"def preprocessor(event): return {returned}").failure
            self.assertEqual((failure["name"], failure["message"]),
                             ("TypeError", f"preprocessor returned {kind}, and not a dict of args for main"))

    def test_one_that_is_not_there_is_named(self):
        failure = preprocess(MAIN + "if False:\n  def preprocessor(event): pass").failure
        self.assertEqual(failure["message"], 'f/x/y.py defines no function "preprocessor"')


if __name__ == "__main__":
    unittest.main()
