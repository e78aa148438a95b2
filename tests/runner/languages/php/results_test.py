"""What main returns, as JSON. Each row: the expression, the text that leaves."""
import unittest

from driver import run

TEXTS = {
    "null": ("null", b"null"),
    "true": ("true", b"true"),
    "an integer": ("PHP_INT_MAX", b"9223372036854775807"),
    "a float": ("0.1", b"0.1"),
    "a whole float stays one": ("1.0", b"1.0"),
    "a float in full": ("0.1 + 0.2", b"0.30000000000000004"),
    "text stays UTF-8, slashes stay bare": ("'größe €😀 a/b'", '"größe €😀 a/b"'.encode()),
    "control characters are escaped": (r'"\n\0\x1f"', b'"\\n\\u0000\\u001f"'),
    "an empty array": ("[]", b"[]"),
    "an empty object": ("new stdClass", b"{}"),
    "compact, in order": ("['b' => [1, [2]], 'a' => (object) []]", b'{"b":[1,[2]],"a":{}}'),
    "a list": ("[1, 'x', null, false]", b'[1,"x",null,false]'),
    "a list with a gap is an object": ("[1 => 'b', 0 => 'a']", b'{"1":"b","0":"a"}'),
    "NaN and infinities are null": ("[NAN, ['a' => INF, 'b' => [-INF, 1.5]]]", b'[null,{"a":null,"b":[null,1.5]}]'),
    "a date": ("new DateTime('2024-05-06 07:08:09 +02:00')", b'"2024-05-06T07:08:09+02:00"'),
    "a date with parts of a second": ("[new DateTimeImmutable('2024-05-06 07:08:09.5 UTC')]",
                                      b'["2024-05-06T07:08:09.500000+00:00"]'),
    "JsonSerializable": ("new class implements JsonSerializable { function jsonSerialize(): mixed "
                         "{ return ['at' => new DateTime('2024-05-06 UTC'), 'n' => NAN]; } }",
                         b'{"at":"2024-05-06T00:00:00+00:00","n":null}'),
    "JsonSerializable of itself": ("new class implements JsonSerializable { public $a = 1; function jsonSerialize(): "
                                   "mixed { return $this; } }", b'{"a":1}'),
    "an object's public members": ("new class { public $a = [NAN]; private $b = 2; public int $none; }",
                                   b'{"a":[null]}'),
    "keys that are numbers": ("(object) ['1' => 2]", b'{"1":2}'),
    "ArrayObject": ("new ArrayObject(['a' => 1])", b'{"a":1}'),
    "an enum with values": ("Size::Big", b'"big"'),
    "one object twice": ("[$o = (object) ['a' => 1], $o]", b'[{"a":1},{"a":1}]'),
    "reserved keys pass": ("['windmill_status_code' => 201]", b'{"windmill_status_code":201}'),
}
DEEP = "$a = 1; for ($i = 0; $i < {}; $i++) $a = [$a]; return $a;"


class Results(unittest.TestCase):
    def test_a_value_becomes_its_json(self):
        for name, (expression, text) in TEXTS.items():
            with self.subTest(name):
                got = run(f"enum Size: string {{ case Big = 'big'; }} function main() {{ return {expression}; }}")
                self.assertEqual(got.raw_result, b'{"type":"result","result":' + text + b"}")
                self.assertEqual((got.code, got.rest, got.log), (0, b"", ""))

    def test_no_return_is_null(self):
        for source in ("function main() {}", "function main(): void { return; }"):
            self.assertIsNone(run(source).result)

    def test_what_is_no_json_fails_with_a_sentence(self):
        circular = "the result contains itself (circular reference), so JSON cannot hold it"
        too_deep = "the result is nested more than 512 levels deep"
        rows = {
            "$a = [1]; $a[] = &$a; return $a;": circular,
            "$a = new stdClass; $a->b = [$a]; return $a;": circular,
            "$a = new stdClass; $a->b = $a; return $a;": circular,
            "return new C;": circular,
            "return STDIN;": "the result holds a resource (stream), which JSON cannot hold",
            "return [fn () => 1];": "the result holds a Closure, which JSON cannot hold",
            "return [(function () { yield 1; })()];": "the result holds a Generator, which JSON cannot hold",
            r"return ['a' => \"\xff\"];": "the result holds a string that is not UTF-8: bytes need base64_encode",
            r"return [\"\xff\" => 1];": "the result holds a string that is not UTF-8: bytes need base64_encode",
            "return E::A;": "the result holds an enum case that has no value",
            DEEP.format(600): too_deep,
            "return new D;": too_deep,
        }
        classes = ("class C implements JsonSerializable { function jsonSerialize(): mixed { return [$this]; } }\n"
                   "class D implements JsonSerializable { function jsonSerialize(): mixed { return new D; } }\n"
                   "enum E { case A; }\n")
        for body, message in rows.items():
            with self.subTest(body):
                failure = run(classes + "function main() { " + body.replace('\\"', '"') + " }").failure
                self.assertEqual((failure["name"], failure["message"]), ("ValueError", message))
                self.assertEqual(failure["stack"], "in f/x/y.php(5): main()\n")

    def test_512_levels_are_not_too_deep(self):
        self.assertEqual(run("function main() { " + DEEP.format(512) + " }").raw_result.count(b"["), 512)

    def test_an_exception_of_the_results_own_is_the_failure(self):
        got = run("class C implements JsonSerializable { function jsonSerialize(): mixed { "
                  "throw new LogicException('no'); } } function main() { return [new C]; }")
        self.assertEqual((got.failure["name"], got.failure["message"]), ("LogicException", "no"))

    def test_a_huge_result_arrives_whole(self):
        self.assertEqual(len(run("function main() { return str_repeat('ß', 20_000_000); }", limit="512M").result),
                         20_000_000)

    def test_iterators_are_streamed_and_the_result_is_null(self):
        rows = {
            "yield 'a'; yield ['n' => 1.0];": ["a", '{"n":1.0}'],
            "return new ArrayIterator(['a', 2]);": ["a", "2"],
            "yield from [];": [],
        }
        for body, items in rows.items():
            with self.subTest(body):
                got = run(f"function main() {{ {body} }}")
                self.assertEqual((got.streamed, got.result), (items, None))

    def test_a_generator_that_throws_has_streamed_before(self):
        got = run("function main() { yield 'a'; throw new RuntimeException('k'); }")
        self.assertEqual((got.streamed, got.failure["name"]), (["a"], "RuntimeException"))


if __name__ == "__main__":
    unittest.main()
