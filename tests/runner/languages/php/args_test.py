"""How args reach main. Each row: the script, the args, what main saw."""
import json
import unittest

from driver import run

SEEN = {
    "args are given by name": ("function main($a, $b) { return [$a, $b]; }", {"b": 2, "a": 1}, [1, 2]),
    "a missing arg is its default": ("function main($a, $b = 7) { return [$a, $b]; }", {"a": 1}, [1, 7]),
    "a missing arg without a default is null": ("function main($a, $b = 7) { return [$a, $b]; }", {}, [None, 7]),
    "a default before a given arg": ("function main($a = 1, $b = 2) { return [$a, $b]; }", {"b": 5}, [1, 5]),
    "a default that is made anew": (
        "function main($at = new DateTime('2024-02-29', new DateTimeZone('UTC'))) { return $at; }", {},
        "2024-02-29T00:00:00+00:00"),
    "null stays null without a type": ("function main($a = 7) { return $a; }", {"a": None}, None),
    "null stays null where the type admits it": ("function main(?int $a = 7) { return $a; }", {"a": None}, None),
    "null is the default where the type does not": ("function main(int $a = 7) { return $a; }", {"a": None}, 7),
    "a missing arg that may be null": ("function main(?int $a, int|null $b) { return [$a, $b]; }", {}, [None, None]),
    "false, zero and empty are values, not missing": (
        "function main($a = 7, $b = 7, $c = 7, $d = 7) { return [$a, $b, $c, $d]; }",
        {"a": False, "b": 0, "c": "", "d": []}, [False, 0, "", []]),
    "an extra arg is ignored": ("function main($a) { return func_get_args(); }", {"a": 1, "z": 2}, [1]),
    "main may take nothing": ("function main() { return 5; }", {"a": 1}, 5),
    "a variadic takes the array of its name": (
        "function main($a, int ...$rest) { return [$a, $rest]; }", {"a": 1, "rest": [2, 3]}, [1, [2, 3]]),
    "a variadic that is not there": ("function main(...$rest) { return $rest; }", {"a": 1}, []),
    "by reference": ("function main(array &$a, &$b = 3) { $a[] = ++$b; return $a; }", {"a": [1]}, [1, 4]),
    "PHP's own conversions of scalars": (
        "function main(int $a, string $b, float $c, bool $d) { return [$a, $b, $c, $d]; }",
        {"a": "5", "b": 6, "c": 7, "d": 1}, [5, "6", 7.0, True]),
    "an object arrives as stdClass": ("function main($a) { return [$a::class, $a->b->c]; }", {"a": {"b": {"c": 1}}},
                                      ["stdClass", 1]),
    "an object for an array is one all through": (
        "function main(array $a) { return $a['b']['c'][0]['d']; }", {"a": {"b": {"c": [{"d": 1}]}}}, 1),
    "a list's objects stay objects": ("function main(array $a) { return $a[0]->b; }", {"a": [{"b": 1}]}, 1),
    "array or object: an object": ("function main(array|object $a) { return is_object($a); }", {"a": {}}, True),
    "a resource type with a member less, and a handler that throws": (
        "set_error_handler(fn () => throw new Exception('never')); class Db { public $host; }\n"
        "function main(Db $db) { return $db->port; }", {"db": {"host": "h", "port": 5}}, 5),
    "a resource type that nobody declared": (
        "function main(Postgresql $db) { return [$db::class, $db->host]; }",
        {"db": {"host": "h"}}, ["Postgresql", "h"]),
    "the same within a namespace": (
        "namespace acme; function main(Smtp $a, Smtp $b) { return [$a::class, $b->port]; }",
        {"a": {}, "b": {"port": 25}}, ["acme\\Smtp", 25]),
    "a resource type that the script declares": (
        "if (!class_exists('Smtp')) { class Smtp { public string $host; public int $port = 25; } }\n"
        "function main(Smtp $a) { return [$a::class, $a->host, $a->port, $a->more]; }",
        {"a": {"host": "h", "more": 1}}, ["Smtp", "h", 25, 1]),
    "an enum of text": ("enum Size: string { case Big = 'big'; } function main(?Size $a) { return $a->name; }",
                        {"a": "big"}, "Big"),
    "an enum of integers": ("enum Size: int { case Big = 9; } function main(Size $a = Size::Big) { return [$a]; }",
                            {"a": 9}, [9]),
    "thirty digits": ("function main($a) { return $a; }", '{"a": %s}' % ("9" * 30), "9" * 30),
    "the longest integer": ("function main(int $a) { return $a; }", {"a": 9223372036854775807}, 9223372036854775807),
    "a float that is whole": ("function main($a) { return is_float($a); }", '{"a": 1.0}', True),
    "strict types": ("declare(strict_types=1); function main(int $a) { return $a; }", {"a": 5}, 5),
    "a name of the interpreter's own": ("function main($this_, $GLOBAL, $argv) { return $argv; }", {"argv": 3}, 3),
    "in a namespace": ("namespace acme\\shop; function main($a) { return [__FUNCTION__, $a]; }", {"a": 1},
                       ["acme\\shop\\main", 1]),
    "in braces of a namespace": ("namespace a { function f() { return 4; } } namespace { function main() "
                                 "{ return \\a\\f(); } }", {}, 4),
    "its own main and not a library's": (
        "namespace mine; require 'f/lib/lib.php'; if (true) { function main() { return 1; } }", {}, 1),
    "main of a file it includes": ("require __DIR__ . '/../lib/lib.php';", {"a": 3}, ["lib", 3]),
    "case does not matter to PHP": ("function Main($a) { return $a; }", {"a": 1}, 1),
}
LIBRARY = {"f/lib/lib.php": "<?php function main($a) { return ['lib', $a]; }"}

DATES = {
    "Z is UTC": ("DateTimeInterface", "2024-05-06T07:08:09Z", ["DateTimeImmutable", "2024-05-06T07:08:09+00:00"]),
    "an offset": ("DateTime", "2024-05-06T07:08:09+02:00", ["DateTime", "2024-05-06T07:08:09+02:00"]),
    "milliseconds": ("?DateTimeImmutable", "2024-05-06T07:08:09.125Z",
                     ["DateTimeImmutable", "2024-05-06T07:08:09.125000+00:00"]),
    "a date alone": ("DateTimeImmutable", "2024-02-29", ["DateTimeImmutable", "2024-02-29T00:00:00+00:00"]),
}
NO_DATES = ("soon", "", "now", "2024-02-30", "2024-13-01", "12:00", "2024-05-06T25:00:00Z", "2024-05-06\n")


class Args(unittest.TestCase):
    def test_main_sees_its_args(self):
        for name, (source, args, seen) in SEEN.items():
            with self.subTest(name):
                got = run(source, args, LIBRARY)
                self.assertEqual((got.result, got.log), (seen, ""))

    def test_the_entry_may_have_another_name_in_any_case(self):
        self.assertEqual(run("function main() {} function handleIt($a) { return $a; }", {"a": 1},
                             extra={"entry": "HandleIt"}).result, 1)

    def test_dates_come_from_iso_strings(self):
        for name, (kind, text, seen) in DATES.items():
            with self.subTest(name):
                source = f"function main({kind} $a) {{ return [$a::class, $a]; }}"
                self.assertEqual(run(source, {"a": text}).result, seen)

    def test_what_is_no_date_fails_by_name(self):
        for text in NO_DATES:
            with self.subTest(text):
                failure = run("function main(DateTimeInterface $when) {}", {"when": text}).failure
                self.assertEqual((failure["name"], failure["message"]),
                                 ("ValueError", f"the argument \"when\" is not an ISO 8601 date and time: '{text}'"))

    def test_what_main_does_not_take_fails_by_name(self):
        enum = "enum Size: int { case Big = 9; }\n"
        rows = {
            "missing": ("function main(int $a) {}", {}, "TypeError",
                        'the argument "a" is missing, and main wants: int'),
            "null": ("function main(array|string $a) {}", {"a": None}, "TypeError",
                     'the argument "a" is null, and main wants: array|string'),
            "another type": ("function main($b, int $a) {}", {"a": "x"}, "TypeError",
                             "main(): Argument #2 ($a) must be of type int, string given"),
            "text for an array": ("function main(array $a) {}", {"a": "x"}, "TypeError",
                                  "main(): Argument #1 ($a) must be of type array, string given"),
            "a member of a resource": ("class A { public int $n; }\nfunction main(A $a) {}", {"a": {"n": "x"}},
                                       "TypeError", "Cannot assign string to property A::$n of type int"),
            "a class with a constructor": ("class A { function __construct() {} }\nfunction main(A $a) {}", {"a": {}},
                                           "TypeError", "main(): Argument #1 ($a) must be of type A, stdClass given"),
            "in a variadic": ("function main(int ...$a) {}", {"a": [1, "x"]}, "TypeError",
                              "main(): Argument #2 must be of type int, string given"),
            "no value of an enum": (enum + "function main(Size $a) {}", {"a": "9"}, "ValueError",
                                    'the argument "a" is no value of the enum Size: "9"'),
        }
        for what, (source, args, name, message) in rows.items():
            with self.subTest(what):
                failure = run(source, args).failure
                self.assertEqual((failure["name"], failure["message"]), (name, message))
                self.assertIn("in f/x/y.php(", failure["stack"])

    def test_20_megabytes_arrive_whole(self):
        args = json.dumps({"a": "x" * 20_000_000})
        self.assertEqual(run("function main($a) { return strlen($a); }", args).result, 20_000_000)

    def test_the_last_of_two_equal_keys_counts(self):
        self.assertEqual(run("function main($a) { return $a; }", '{"a": 1, "a": 2}').result, 2)

    def test_a_name_that_php_cannot_hold_is_a_failure(self):
        failure = run("function main() {}", '{"\\u0000a": 1}').failure
        self.assertEqual((failure["message"], failure["stack"]),
                         ("the args hold a key that begins with NUL, which no object of PHP can have", ""))


if __name__ == "__main__":
    unittest.main()
