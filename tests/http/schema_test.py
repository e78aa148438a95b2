"""A script that asks for it has its args checked before anything is started."""

from case import RigCase, each
from commands import Commands
from rig import run_url

REFUSED = "Bad request: invalid args: "
PYTHON = """
    # schema_validation
    from datetime import datetime
    from typing import Literal
    def main(name: str, count: int = 1, size: Literal["s", "l"] = "s", tags: list[str] = [], at: datetime = None):
        return [name, count, size, tags, str(at)]
"""
TYPESCRIPT = """
    // schema_validation
    type Item = { id: number; note?: string }
    export function main(item: Item, color: "red" | "blue" = "red") { return [item.id, color] }
"""
PHP = """<?php
    // schema_validation
    function main(int $count, ?string $note = null) { return [$count, $note]; }
"""
BASH = """
    # schema_validation
    name="$1"
    other="${2:-x}"
    echo "$name $other"
"""


class Languages(RigCase):
    settings = {"javascript": "node"}

    @each([
        ("what is as it should be", {"name": "x", "count": 2, "at": "2026-01-31"}, None),
        ("a missing one", {}, 'the argument "name" is missing, and must be a string'),
        ("another type", {"name": "x", "count": "2"}, 'the argument "count" is "2", but must be an integer'),
        ("none of the values", {"name": "x", "size": "m"}, 'the argument "size" is "m", but must be one of "s", "l"'),
        ("a wrong item", {"name": "x", "tags": ["a", 1]}, 'the argument "tags[1]" is 1, but must be a string'),
        ("no date", {"name": "x", "at": "soon"},
         'the argument "at" is "soon", but must be a date and time in the form of ISO 8601'),
        ("null where there is a default", {"name": "x", "count": None}, None),
        ("one that nobody asked for", {"name": "x", "other": 1}, None),
    ])
    def python(self, args, why):
        self.check("f/t/checked.py", PYTHON, args, why)

    @each([
        ("what is as it should be", {"item": {"id": 1, "note": "n"}}, None),
        ("a missing member", {"item": {}}, 'the argument "item.id" is missing, and must be a number'),
        ("none of the values", {"item": {"id": 1}, "color": 5},
         'the argument "color" is 5, but must be one of "red", "blue"'),
    ])
    def typescript(self, args, why):
        self.check("f/t/typed.ts", TYPESCRIPT, args, why)

    @each([
        ("what is as it should be", {"count": 1, "note": None}, None),
        ("another type", {"count": 1.5}, 'the argument "count" is 1.5, but must be an integer'),
    ])
    def php(self, args, why):
        self.check("f/t/counted.php", PHP, args, why)

    @each([
        ("what is as it should be", {"name": "a"}, None),
        ("a missing one", {"other": "b"}, 'the argument "name" is missing, and must be a string'),
    ])
    def bash(self, args, why):
        self.check("f/t/named.sh", BASH, args, why)

    def check(self, file, source, args, why):
        path = self.rig.script(file, source)
        answer = self.rig.run(path, args)
        if why is None:
            return self.expect(answer, 200)
        self.expect_text(answer, 400, REFUSED + why)
        self.assertIsNotNone(answer.header("X-Towermill-Job"))


class Yaml(RigCase):
    def test_its_schema_counts_over_what_the_source_says(self):
        path = self.rig.script(
            "f/t/own.py", "def main(n: str): return n",
            "schema:\n  type: object\n  properties:\n    n: {type: integer, minimum: 3}\n  required: [n]\n"
            "schema_validation: true\n")
        self.expect(self.rig.run(path, {"n": 3}), 200, body="3")
        self.expect_text(self.rig.run(path, {"n": 2}), 400,
                         REFUSED + 'the argument "n" is 2, but must be an integer of at least 3')

    def test_it_may_ask_for_a_check_and_against_one(self):
        path = self.rig.script("f/t/asks.py", "def main(n: int): return n", "schema_validation: true")
        self.assertEqual(self.rig.run(path, {"n": "x"}).status, 400)
        path = self.rig.script("f/t/not.py", "# schema_validation\ndef main(n: int): return n",
                               "schema_validation: false")
        self.expect(self.rig.run(path, {"n": "x"}), 200, body='"x"')

    def test_a_schema_that_is_no_map_is_named_by_its_line(self):
        path = self.rig.script("f/t/bad.py", "def main(): pass", "summary: x\nschema: text")
        self.expect_text(self.rig.run(path), 500,
                         'Internal: f/t/bad.script.yaml:2: schema is "text", but must be a map')

    def test_an_edit_counts_from_the_next_request_on(self):
        for yaml, status in (("schema_validation: true", 400), ("summary: x", 200)):
            path = self.rig.script("f/t/edited.py", "def main(n: int): return n", yaml)
            self.assertEqual(self.rig.run(path, {"n": "x"}).status, status)


class Unchecked(RigCase):
    def test_who_does_not_ask_gets_what_comes(self):
        path = self.rig.script("f/t/any.py", "def main(n: int): return n")
        self.expect(self.rig.run(path, {"n": "x"}), 200, body='"x"')

    def test_a_refused_request_starts_nothing(self):
        path = self.rig.script("f/t/none.py", "# schema_validation\ndef main(n: int): return n")
        self.assertEqual(self.rig.run(path, {"n": "x"}).status, 400)
        self.assertNotIn('"run"', self.rig.log())

    def test_digits_are_kept(self):
        path = self.rig.script("f/t/digits.py", "# schema_validation\ndef main(n: int): return n")
        self.expect(self.rig.run(path, {"n": 10 ** 40}), 200, body=str(10 ** 40))


class DeepArgs(RigCase):
    settings = {"json_depth_limit": 512, "javascript": "node"}

    # (what, file, source)
    @each([
        ("python", "f/t/deep.py", "# schema_validation\ndef main(body: list = []): return 1"),
        ("node", "f/j/deep.ts", "export function main(body: any) { return 1 }"),
        ("bash", "f/u/deep.sh", 'body="$1"\necho 1'),
        ("a preprocessor", "f/u/event.py", "def preprocessor(event): return {}\ndef main(): return 1"),
    ])
    def json_as_deep_as_the_limit_is_taken_by(self, file, source):
        path = self.rig.script(file, source)
        body = "[" * 512 + "]" * 512
        answer = self.rig.call("POST", run_url(path), body, {"Content-Type": "application/json"})
        self.assertEqual(answer.status, 200, answer)


class Noted(Commands):
    def test_a_preprocessor_that_nobody_calls_is_noted(self):
        self.script("f/t/mail.php", "<?php function preprocessor($event) {} function main() {}")
        self.assertIn("note   f/t/mail.php: its preprocessor is not called, for php has none", self.check().stdout)

    def test_a_check_that_a_preprocessor_comes_before_is_noted(self):
        self.script("f/t/order.py", "# schema_validation\ndef preprocessor(event): pass\ndef main(): pass\n")
        self.assertIn("note   f/t/order.py: args are checked only with skip_preprocessor=true", self.check().stdout)
