"""PHP: how a script is called, how it answers, and what its caller sees when it fails."""

from case import RigCase, each
from rig import wait_until

JSON = "application/json"


class Php(RigCase):
    def answer(self, source, args=None, name="script", yaml=None):
        return self.rig.run(self.rig.script(f"f/t/{name}.php", "<?php\n" + source, yaml), args)

    # (what, source, args, the result's JSON)
    @each(
        [
            ("args by name", "function main($b, $a) { return [$a, $b]; }", {"a": 1, "b": 2}, "[1,2]"),
            ("a default", "function main($a = 7) { return $a; }", {}, "7"),
            ("a missing arg is null", "function main($a) { return $a === null; }", {}, "true"),
            ("null stays null", "function main($a = 7) { return $a; }", {"a": None}, "null"),
            ("null takes the default where it must", "function main(int $a = 7) { return $a; }", {"a": None}, "7"),
            ("extra args are ignored", "function main($a) { return $a; }", {"a": 1, "b": 2}, "1"),
            ("strict types", "declare(strict_types=1);\nfunction main(int $a): int { return $a; }", {"a": 1}, "1"),
            ("a namespace", "namespace acme;\nfunction main($a) { return __NAMESPACE__; }", {}, '"acme"'),
            ("a date arg", "function main(DateTimeInterface $at) { return $at->format('Y'); }",
             {"at": "2024-02-29T12:00:00Z"}, '"2024"'),
            ("an object arg", "function main($a) { return $a->b; }", {"a": {"b": [1]}}, "[1]"),
            ("an array arg", "function main(array $a) { return $a['b']; }", {"a": {"b": 1}}, "1"),
            ("thirty digits", "function main($a) { return $a; }", {"a": 10**30}, f'"{10**30}"'),
            ("nothing returned", "function main(): void {}", {}, "null"),
            ("true", "function main() { return true; }", {}, "true"),
            ("a string", "function main() { return 'größe/€'; }", {}, '"größe/€"'),
            ("an integer", "function main() { return -5; }", {}, "-5"),
            ("a float", "function main() { return [0.1, 1.0, 1e100]; }", {}, "[0.1,1.0,1.0e+100]"),
            ("an empty array", "function main() { return []; }", {}, "[]"),
            ("an object", "function main() { return ['a' => (object) []]; }", {}, '{"a":{}}'),
            ("NaN becomes null", "function main() { return [NAN, INF]; }", {}, "[null,null]"),
            ("a date becomes a string", "function main() { return new DateTime('2024-02-29 UTC'); }", {},
             '"2024-02-29T00:00:00+00:00"'),
            ("bytes as base64", r"function main() { return base64_encode("'"\\xff\\0"'"); }", {}, '"/wA="'),
            ("a generator", "function main() { yield 1; }", {}, "null"),
            ("echo breaks nothing", "function main() { echo '{\"x\":1}'; ob_start(); echo 'y'; return 1; }", {}, "1"),
            ("closing everything breaks nothing", "function main() { fclose(STDIN); fclose(STDOUT); fclose(STDERR); "
             "return 1; }", {}, "1"),
            ("standard input is empty", "function main() { return fgets(STDIN); }", {}, "false"),
            ("warnings break nothing", "function main() { return [][1]; }", {}, "null"),
        ]
    )
    def result(self, source, args, result):
        self.expect(self.answer(source, args), 200, JSON, result)

    # (what, source, args, name, how the message begins, the stack; None: there is an exit code instead)
    @each(
        [
            ("a wrong arg", "function main(int $a) {}", {"a": "x"}, "TypeError",
             "main(): Argument #1 ($a) must be of type int, string given",
             "thrown in f/t/script.php(2)\n#0 [internal function]: main()\n"),
            ("a missing arg that may not be null", "function main(int $a) {}", {}, "TypeError",
             'the argument "a" is missing, and main wants: int', "in f/t/script.php(2): main()\n"),
            ("no date", "function main(DateTime $at) {}", {"at": "soon"}, "ValueError",
             "the argument \"at\" is not an ISO 8601 date and time: 'soon'", "in f/t/script.php(2): main()\n"),
            ("bytes", r"function main() { return "'"\\xff"'"; }", {}, "ValueError",
             "the result holds a string that is not UTF-8: bytes need base64_encode", "in f/t/script.php(2): main()\n"),
            ("a circle", "function main() { $a = (object) []; return $a->a = $a; }", {}, "ValueError",
             "the result contains itself (circular reference), so JSON cannot hold it",
             "in f/t/script.php(2): main()\n"),
            ("a closure", "function main() { return fn () => 1; }", {}, "ValueError",
             "the result holds a Closure, which JSON cannot hold", "in f/t/script.php(2): main()\n"),
            ("an exception", "class OutOfCheese extends Exception {}\nfunction main($what) {\n  throw new OutOfCheese"
             "(\"no $what\");\n}", {"what": "brie"}, "OutOfCheese", "no brie",
             "thrown in f/t/script.php(4)\n#0 [internal function]: main()\n"),
            ("an error", "function main() { return intdiv(1, 0); }", {}, "DivisionByZeroError", "Division by zero",
             "thrown in f/t/script.php(2)\n#0 f/t/script.php(2): intdiv()\n#1 [internal function]: main()\n"),
            ("a syntax error", "\nfunction main( {\n}", {}, "ParseError",
             'syntax error, unexpected token "{", expecting variable (f/t/script.php, line 3)',
             "thrown in f/t/script.php(3)\n"),
            ("no main", "function other() {}", {}, "Error", 'f/t/script.php defines no function "main"',
             "in f/t/script.php\n"),
            ("a fatal error", "function main() {}\nfunction main() {}", {}, "Error",
             "Cannot redeclare main() (previously declared in f/t/script.php:2)", "in f/t/script.php(3)\n"),
            ("exit in the middle", "function main() { exit(3); }", {}, "ExecutionErr",
             'exit code for "php run": 3, last log lines:\n', None),
            ("die with a text", "function main() { die('enough'); }", {}, "ExecutionErr",
             '"php run" ended without a result, exit code 0, last log lines:\nenough', None),
            ("killed", "function main() { posix_kill(getmypid(), SIGKILL); sleep(9); }", {}, "ExecutionErr",
             '"php run" was ended by signal 9 (Killed)', None),
        ]
    )
    def failure(self, source, args, name, message, stack):
        answer = self.answer(source, args)
        self.expect(answer, 422, JSON)
        error = answer.json()["error"]
        self.assertEqual((error["name"], error.get("stack")), (name, stack))
        self.assertTrue(error["message"].startswith(message), error["message"])
        self.assertNotIn(str(self.rig.home), answer.text)

    def test_memory_that_runs_out_is_422_and_says_so(self):
        for size in (160, 256, 1024):
            answer = self.answer("function main() { $a = []; while (true) $a[] = str_repeat('x', 100000); }",
                                 name=f"hungry_{size}", yaml=f"memory_bytes: {size} MiB\n")
            self.expect(answer, 422, JSON)
            self.assertRegex(answer.json()["error"]["message"], "Allowed memory size of [0-9]+ bytes exhausted")

    def test_output_without_end_takes_nothing_from_the_result(self):
        answer = self.answer("function main() { for ($i = 0; $i < 5000; $i++) echo str_repeat('x', 1000); return 1; }")
        self.expect(answer, 200, JSON, "1")

    def test_it_may_run_as_long_as_its_timeout_and_no_longer(self):
        answer = self.answer("function main() { while (true); }", name="endless", yaml="timeout: 1\n")
        self.expect_text(answer, 504, "timeout after 1s")

    def test_it_includes_files_of_the_workspace_in_their_newest_form(self):
        for number in range(3):
            self.rig.script("f/lib/number.php", f"<?php const NUMBER = {number};")
            source = ("require 'f/lib/number.php'; require_once __DIR__ . '/../lib/number.php';\n"
                      "function main() { return NUMBER; }")
            self.expect(self.answer(source), 200, JSON, str(number))

    def test_prints_warnings_and_traces_are_in_the_log(self):
        self.answer("function main() { echo 'printed '; error_log('noted '); trigger_error('warned'); throw new "
                    "Exception('thrown'); }")
        for text in ("printed ", "noted ", "Notice: warned in", "Exception: thrown in"):
            self.assertTrue(wait_until(lambda: text in self.rig.log(), 10), text)
        self.assertNotIn("Command line", self.rig.log())

    def test_reserved_keys_make_the_answer(self):
        answer = self.answer("function main() { return ['windmill_status_code' => 201, 'windmill_content_type' => "
                             "'text/csv', 'result' => 'a;b']; }")
        self.expect(answer, 201, "text/csv", "a;b")

    def test_children_of_a_run_do_not_outlive_it(self):
        self.expect(self.answer("function main() { exec('sleep 100 >/dev/null 2>&1 &'); if (!pcntl_fork()) sleep(100); "
                                "return 1; }"), 200, JSON, "1")


class WithoutPhp(RigCase):
    settings = {"php": "/nonexistent/php"}

    def test_a_missing_interpreter_is_500(self):
        answer = self.rig.run(self.rig.script("f/t/hello.php", "<?php function main() { return 1; }"))
        self.expect_text(answer, 500, "Internal: PHP is not installed on the server")
