"""The languages: how a script of each is called, and how it answers."""

import json
from pathlib import Path

from case import RigCase, each


class Languages(RigCase):
    def answer(self, file, source, args=None):
        return self.rig.run(self.rig.script(file, source), args)

    # --- Python -----------------------------------------------------------------------------------------------

    # (what, source, args, the result's JSON)
    @each(
        [
            ("args by name", "def main(b, a): return [a, b]", {"a": 1, "b": 2}, "[1,2]"),
            ("a default", "def main(a=7): return a", {}, "7"),
            ("a missing arg is None", "def main(a): return a is None", {}, "true"),
            ("null takes the default", "def main(a=7): return a", {"a": None}, "7"),
            ("extra args are ignored", "def main(a): return a", {"a": 1, "b": 2}, "1"),
            ("kwargs get the others", "def main(a, **more): return more", {"a": 1, "b": 2}, '{"b":2}'),
            ("an async main", "async def main(a): return a", {"a": 1}, "1"),
            ("nothing returned", "def main(): pass", {}, "null"),
            ("bytes become base64", "def main(): return b'\\xff\\x00'", {}, '"/wA="'),
            ("NaN becomes null", "def main(): return [float('nan'), float('inf')]", {}, "[null,null]"),
            ("a date becomes a string",
             "import datetime\ndef main(): return datetime.date(2024, 2, 29)", {}, '"2024-02-29"'),
            ("a datetime arg", "from datetime import datetime\ndef main(at: datetime): return at.year",
             {"at": "2024-02-29T12:00:00Z"}, "2024"),
            ("a bytes arg", "def main(b: bytes): return len(b)", {"b": "/wA="}, "2"),
            ("thirty digits", "def main(a): return a + 1", {"a": 10**30}, str(10**30 + 1)),
            ("a lone surrogate stays ASCII", "def main(): return '\\ud800' == chr(0xd800)", {}, "true"),
            ("the name of the module", "def main(): return __name__ != '__main__'", {}, "true"),
            ("each kind of JSON", "def main(): return [None, True, 12, 1.5, 'é', [], {}, 10**30]", {},
             json.dumps([None, True, 12, 1.5, "é", [], {}, 10**30], separators=(",", ":"))),
            ("what JSON has no kind for becomes its text", "def main(): return [1j, {2, 3}]", {}, '["1j","{2, 3}"]'),
            ("an arg of another kind than annotated stays", "def main(a: int): return a", {"a": "x"}, '"x"'),
            ("print breaks nothing", "def main():\n    print('{\"x\":1}')\n    return 1", {}, "1"),
            ("closing stdout breaks nothing", "import os\ndef main():\n    os.close(1)\n    return 1", {}, "1"),
            ("stdin is empty", "import sys\ndef main(): return sys.stdin.read()", {}, '""'),
        ]
    )
    def python(self, source, args, result):
        answer = self.answer("f/t/python.py", source, args)
        self.expect(answer, 200, "application/json")
        self.assertEqual(json.dumps(answer.json(), separators=(",", ":")), result)

    @each(
        [
            ("a datetime that is none", "from datetime import datetime\ndef main(at: datetime): return 1",
             {"at": "soon"}, 'the argument "at" is not an ISO 8601 date and time'),
            ("bytes that are no base64", "def main(b: bytes): return 1", {"b": "%"}, 'the argument "b" is not base64'),
        ]
    )
    def python_refuses(self, source, args, message):
        answer = self.answer("f/t/python.py", source, args)
        self.expect(answer, 422, "application/json")
        self.assertIn(message, answer.json()["error"]["message"])

    def test_python_imports_a_module_of_the_workspace(self):
        self.rig.script("f/lib/greetings.py", "def greet(name): return f'Hello, {name}'")
        answer = self.answer("f/t/imports.py", """
            from f.lib.greetings import greet

            def main(name):
                return greet(name)
        """, {"name": "Ada"})
        self.expect(answer, 200, body='"Hello, Ada"')

    def test_python_imports_the_standard_library(self):
        answer = self.answer("f/t/standard.py", "import csv, sqlite3, urllib.parse\ndef main(): return 1")
        self.expect(answer, 200, body="1")

    # --- Bash -------------------------------------------------------------------------------------------------

    @each(
        [
            ("positional by name", 'b="$1"\na="$2"\necho "$a-$b"', {"a": "x", "b": "y"}, '"x-y"'),
            ("a default", 'a="${1:-seven}"\necho "$a"', {}, '"seven"'),
            ("a missing arg is empty", 'a="$1"\necho "[$a]x"', {}, '"[]x"'),
            ("null is empty", 'a="${1:-none}"\necho "$a"', {"a": None}, '"none"'),
            ("extra args are ignored", 'a="$1"\necho "$a$#"', {"a": "x", "b": 1}, '"x1"'),
            ("a boolean arg is its JSON", 'a="$1"\necho "is $a"', {"a": True}, '"is true"'),
            ("an array as the last line", "echo '[null, 1.50]'", {}, "[null, 1.50]"),
            ("what is no JSON stays a string", "echo '{a: 1}'", {}, '"{a: 1}"'),
            ("an object arg is its JSON", 'a="$1"\necho "$a"', {"a": {"b": 1}}, '{"b": 1}'),
            ("a number arg", 'a="$1"\necho "n$a"', {"a": 12}, '"n12"'),
            ("the last line counts", "echo first\necho last", {}, '"last"'),
            ("an object as the last line", 'echo \'{"a": 1}\'', {}, '{"a": 1}'),
            ("a number as the last line is a string", "echo 12", {}, '"12"'),
            ("stderr is not the answer", "echo answer\necho log >&2", {}, '"answer"'),
            ("result.json", "echo no\necho '{\"a\":1}' >result.json", {}, '{"a":1}'),
            ("result.out", "echo no\nprintf 'a\\nb' >result.out", {}, '"a\\nb"'),
            ("nothing printed", "true", {}, None),
            ("a quote in an arg stays one", 'a="$1"\necho "$a"', {"a": "'\"$(id)`id`\\"}, json.dumps("'\"$(id)`id`\\")),
            ("lines in an arg stay", 'a="$1"\nprintf %s "$a" >result.out', {"a": "x\ny\n"}, '"x\\ny\\n"'),
            ("stdin is empty", "cat >result.out\necho end", {}, '"end"'),
        ]
    )
    def bash(self, source, args, result):
        self.expect(self.answer("f/t/bash.sh", source, args), 200, "application/json", result)

    @each(
        [
            ("an exit in the middle", "echo 1\nexit 4\necho 2", 4, "1"),
            ("a command that fails", "false\necho 2", 1, ""),
            ("a syntax error, with its line", "echo 1\nif true; then\necho 2\n", 2, "line 4: syntax error"),
        ]
    )
    def bash_fails(self, source, code, log):
        answer = self.answer("f/t/bash.sh", source)
        self.expect(answer, 422, "application/json")
        self.assertEqual(answer.json()["error"]["exit_code"], code)
        self.assertIn(log, answer.json()["error"]["message"])

    # --- Executables ------------------------------------------------------------------------------------------

    def test_a_program_reads_args_from_stdin_and_its_output_is_the_answer(self):
        program = "#!/usr/bin/awk -f\n{ print \"{\\\"got\\\":\" $0 \"}\" }\n"
        self.expect(self.answer("f/t/program", program, {"a": 1}), 200, "application/json", '{"got":{"a": 1}}')

    def test_a_programs_output_that_is_no_json_is_a_string(self):
        answer = self.answer("f/t/text", "#!/bin/sh\necho 'Hello, World'\n")
        self.expect(answer, 200, "application/json", '"Hello, World"')

    def test_a_program_may_read_its_args_at_leisure(self):
        program = "#!/bin/sh\nhead -c 1000000 /dev/zero | tr '\\0' ' '\ncat\n"
        args = {"a": "x" * 1_000_000}
        answer = self.answer("f/t/late", program, args)
        self.expect(answer, 200)
        self.assertEqual(answer.json(), args)

    def test_a_binary_runs(self):
        target = self.rig.workspace / "f/t/binary"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(Path("/bin/cat").read_bytes())
        target.chmod(0o755)
        self.expect(self.rig.run("f/t/binary", {"a": 1}), 200, body='{"a": 1}')

    # --- Edits ------------------------------------------------------------------------------------------------

    def test_an_edit_counts_from_the_next_request_on(self):
        for number in range(20):
            self.expect(self.answer("f/t/edited.py", f"def main(): return {number}"), 200, body=str(number))

    def test_an_edited_import_counts_from_the_next_request_on(self):
        for number in range(5):
            self.rig.script("f/lib/number.py", f"NUMBER = {number}")
            answer = self.answer("f/t/uses.py", "from f.lib.number import NUMBER\ndef main(): return NUMBER")
            self.expect(answer, 200, body=str(number))

    def test_a_script_that_is_taken_away_is_404(self):
        path = self.rig.script("f/t/gone.py", "def main(): return 1")
        self.expect(self.rig.run(path), 200)
        (self.rig.workspace / "f/t/gone.py").unlink()
        self.expect(self.rig.run(path), 404)

    def test_scripts_leave_no_files_in_the_workspace(self):
        self.rig.script("f/lib/cached.py", "NUMBER = 1")
        self.answer("f/t/uses.py", "from f.lib.cached import NUMBER\ndef main(): return NUMBER")
        self.assertEqual(list(self.rig.workspace.rglob("__pycache__")), [])
