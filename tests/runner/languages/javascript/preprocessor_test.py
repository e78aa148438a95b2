"""A script's preprocessor: it takes the args, and what it returns are those of main."""
import unittest

from driver import run

MAIN = "export function main(a, b = 2) { return [a, b] }\n"
TAKES = "export async function preprocessor(event) { return { a: event.body.n, c: 3 } }\n"


def preprocess(source, parameters=({"name": "event"},)):
    return run(source, '{"event": {"kind": "webhook", "body": {"n": 1}}}', [{"name": "a"}, {"name": "b"}],
               preprocessor=parameters)


class Preprocessor(unittest.TestCase):
    def test_what_it_returns_are_the_args_of_main(self):
        self.assertEqual(preprocess(MAIN + TAKES).result, [1, 2])

    def test_it_may_take_its_event_apart(self):
        taken = "export const preprocessor = ({ event: { kind } }) => ({ a: kind })\n"
        self.assertEqual(preprocess(MAIN + taken, [{"name": "anon1", "as": "pattern"}]).result, ["webhook", 2])

    def test_it_is_left_out_where_nobody_asks_for_it(self):
        self.assertEqual(run(MAIN + TAKES, '{"a": 5}', [{"name": "a"}]).result, [5, 2])

    def test_its_errors_are_the_script_s(self):
        failure = preprocess(MAIN + "export function preprocessor() { throw new RangeError('no') }").failure
        self.assertEqual((failure["name"], failure["message"]), ("RangeError", "no"))
        self.assertIn("at preprocessor (f/x/y.ts:2:", failure["stack"])

    def test_what_is_no_object_cannot_be_args(self):
        for returned, kind in {"null": "null", "[1]": "an array", "'a'": "string", "undefined": "undefined"}.items():
            failure = preprocess(MAIN + f"export const preprocessor = () => {returned}").failure
            self.assertEqual((failure["name"], failure["message"]),
                             ("TypeError", f"preprocessor returned {kind}, and not an object of args for main"))

    def test_one_that_is_not_there_is_named(self):
        self.assertEqual(preprocess(MAIN).failure["message"], 'f/x/y.ts exports no function "preprocessor"')


if __name__ == "__main__":
    unittest.main()
