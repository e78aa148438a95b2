"""The life of a run: includes, failures and their stacks, the log, forks, the channel, the end."""
import unittest

from driver import run

FAILURES = {
    "an exception": ("function main() {\n  throw new DomainException('no');\n}", "DomainException", "no",
                     "thrown in f/x/y.php(3)"),
    "at the top": ("intdiv(1, 0);", "DivisionByZeroError", "Division by zero", "thrown in f/x/y.php(2)"),
    "a class of its own": ("namespace a; class Oh extends \\Exception {}\nfunction main() { throw new Oh('x', 5); }",
                           "a\\Oh", "x", "thrown in f/x/y.php(3)"),
    "a class without a name": ("function main() { throw new class('x') extends Exception {}; }",
                               "Exception@anonymous", "x", "thrown in f/x/y.php(2)"),
    "an Error": ("function main() { nothing(); }", "Error", "Call to undefined function nothing()",
                 "thrown in f/x/y.php(2)"),
    "a syntax error": ("$x = 1;\nfunction main( {\n}", "ParseError",
                       'syntax error, unexpected token "{", expecting variable (f/x/y.php, line 3)',
                       "thrown in f/x/y.php(3)"),
    "an exception with a bad message": (r'function main() { throw new Exception("a\xff"); }', "Exception", "a\ufffd",
                                        "thrown in f/x/y.php(2)"),
    "a path of the workspace": ("function main() { throw new Exception(__FILE__ . ' ' . dirname(__DIR__, 2)); }",
                                "Exception", "f/x/y.php .", "thrown in f/x/y.php(2)"),
    "no main": ("function other() {}", "Error", 'f/x/y.php defines no function "main"', "in f/x/y.php"),
    "a handler of the script's own": ("set_exception_handler(function () { exit(0); });\nfunction main() { throw new "
                                      "Exception('x'); }", "Exception", "x", "thrown in f/x/y.php(3)"),
    "a __toString that throws": (
        "class E extends Exception { function __toString(): string { throw new Exception('never'); } }\n"
        "function main() { throw new E('x'); }", "E", "x", "thrown in f/x/y.php(3)"),
    "a message that is no text": (
        "class E extends Exception { function __construct() { $this->message = new stdClass; } }\n"
        "function main() { throw new E; }", "E", "(the exception cannot be shown as text)", "thrown in f/x/y.php(3)"),
    "buffers that throw one after the other": (
        "function main() { foreach ([1, 2] as $n) ob_start(fn () => throw new Exception($n));\n}", "Exception", "2",
        "thrown in f/x/y.php(2)"),
    "a warning that the script throws": (
        "set_error_handler(function ($n, $text) { throw new ErrorException($text); });\n"
        "function main() { return [][1]; }", "ErrorException", "Undefined array key 1", "thrown in f/x/y.php(2)"),
}
FATAL = {
    "a function twice": ("function main() {}\nfunction main() {}", "Cannot redeclare main() (previously declared in "
                         "f/x/y.php:2)", "in f/x/y.php(3)\n"),
    "a class twice": ("class A {}\nfunction main() { eval('class A {}'); }",
                      "Cannot declare class A, because the name is already in use", "in "),
    "a file that is not there": ("function main() { require __DIR__ . '/none.php'; }",
                                 "Failed opening required 'f/x/none.php'", "thrown in f/x/y.php(2)\n"),
    "trigger_error": ("function main() { trigger_error('enough', E_USER_ERROR); }", "enough", "in f/x/y.php(2)\n"),
    "out of memory": ("function main() {\n  $a = [];\n  while (true) $a[] = str_repeat('x', 1000);\n}",
                      "Allowed memory size of 134217728 bytes exhausted (tried to allocate ", "in f/x/y.php(4)\n"),
    "out of the last byte": (
        "function main() {\n  $a = null;\n  while (true) $a = [$a, new stdClass, random_bytes(30)];\n}",
        "Allowed memory size of 134217728 bytes exhausted (tried to allocate ", "in f/x/y.php(4)\n"),
}
LIBRARY = {
    "f/x/other.php": "<?php function go($f) {\n  return $f();\n}",
    "f/lib/near.php": "<?php const VALUE = 5;",
    "f/x/broken.php": "<?php\n\nfunction (",
    "f/x/data.txt": "5",
    "vendor/autoload.php": "<?php spl_autoload_register(function ($c) { if ($c === 'acme\\\\Five') eval("
                           "'namespace acme; class Five { const VALUE = 5; }'); }, true, true);",
}
INCLUDES = {
    "from the script's folder": "require __DIR__ . '/../lib/near.php'; function main() { return VALUE; }",
    "from the workspace's root": "require_once 'f/lib/near.php'; function main() { return VALUE; }",
    "within main": "function main() { include 'other.php'; return go(fn () => 5); }",
    "a file's contents": "function main() { return (int) file_get_contents(__DIR__ . '/data.txt'); }",
    "a class of Composer's": "function main() { return acme\\Five::VALUE; }",
    "a class that is nowhere": "function main() { return class_exists('acme\\Six') ? 6 : 5; }",
    "itself, once": "require_once __FILE__; function main() { return 5; }",
    "a global variable": "$n = 5; function main() { global $n; return $n; }",
}


class Running(unittest.TestCase):
    def test_what_is_thrown_becomes_a_failure_with_the_place(self):
        for name, (source, error, message, stack) in FAILURES.items():
            with self.subTest(name):
                got = run(source)
                self.assertEqual((got.failure["name"], got.failure["message"]), (error, message))
                self.assertTrue(got.failure["stack"].startswith(stack), got.failure["stack"])
                self.assertNotIn("Command line", got.failure["stack"])
                self.assertEqual((got.code, got.rest), (1, b""))
                self.assertIn(error, got.log)

    def test_what_is_fatal_becomes_a_failure_too(self):
        for name, (source, message, stack) in FATAL.items():
            with self.subTest(name):
                got = run(source)
                self.assertEqual(len(got.messages), 1)
                self.assertEqual(got.failure["name"], "Error")
                self.assertTrue(got.failure["message"].startswith(message), got.failure["message"])
                self.assertTrue(got.failure["stack"].startswith(stack), got.failure["stack"])

    # Where nothing is left, it depends on the version of PHP whether our last function is called: else the log tells.
    def assert_out_of_memory(self, got, message):
        self.assertIn(message, got.printed + got.log)
        self.assertNotEqual(got.code, 0)
        for failure in got.messages:
            self.assertEqual((failure["type"], failure["name"]), ("failure", "Error"))
            self.assertIn(message, failure["message"])

    def test_address_space_that_runs_out_before_the_memory_limit_does_is_told(self):
        got = run("function main() { return strlen(str_repeat('x', 1 << 29)); }", limit="1G", address_space=400 << 20)
        self.assert_out_of_memory(got, "Out of memory")

    def test_recursion_without_end_is_told(self):
        got = run("function main() {\n  return main() + 1;\n}")
        self.assert_out_of_memory(got, "Allowed memory size of 134217728 bytes exhausted")

    def test_the_stack_shows_the_workspace_alone_and_no_args(self):
        got = run("class C { function m($secret) { return array_map(fn () => go(fn () => $this->throws()), [1]); }\n"
                  "  private static function throws() { throw new Exception('x'); } }\n"
                  "require 'other.php';\nfunction main($a) {\n  return (new C)->m($a); }", {"a": "s3cr3t"}, LIBRARY)
        self.assertEqual(got.failure["stack"], "thrown in f/x/y.php(3)\n"
                         "#0 f/x/y.php(2): C::throws()\n#1 f/x/other.php(2): C->{closure}()\n#2 f/x/y.php(2): go()\n"
                         "#3 [internal function]: C->{closure}()\n#4 f/x/y.php(2): array_map()\n"
                         "#5 f/x/y.php(6): C->m()\n#6 [internal function]: main()\n")
        self.assertNotIn("s3cr3t", got.log)
        self.assertNotIn("Command line", got.log)

    def test_a_syntax_error_of_an_included_file_is_named(self):
        failure = run("require __DIR__ . '/broken.php';", workspace=LIBRARY).failure
        self.assertTrue(failure["message"].endswith("(f/x/broken.php, line 3)"), failure)

    def test_neighbours_are_included(self):
        for name, source in INCLUDES.items():
            with self.subTest(name):
                self.assertEqual(run(source, workspace=LIBRARY).result, 5)

    def test_the_bytes_of_the_message_run_and_know_their_names(self):
        got = run("function main() { return [__LINE__, __FILE__, __DIR__, file_get_contents(__FILE__), "
                  "$GLOBALS['argv'], basename(get_included_files()[0])]; }")
        line, file, folder, on_disk, argv, included = got.result
        self.assertEqual((line, folder + "/y.php", on_disk), (2, file, "the file on the disk"))
        self.assertTrue(file.startswith("/") and file.endswith("/f/x/y.php"), file)
        self.assertEqual((argv, included), (["f/x/y.php"], "y.php"))

    def test_a_source_that_is_not_utf8_runs(self):
        self.assertEqual(run(b"<?php function main() { return strlen('\xe4'); }").result, 1)

    def test_environment_and_directory_come_with_the_message(self):
        extra = {"environment": ["A=b=c"], "working_directory": "/usr"}
        source = "function main() { return [getenv(), getcwd(), $_SERVER['A'], $_SERVER['LANG'] ?? 'no']; }"
        self.assertEqual(run(source, extra=extra).result, [{"A": "b=c"}, "/usr", "b=c", "no"])

    def test_prints_are_the_log_and_so_are_warnings(self):
        got = run("echo 'a'; ?>html<?php ob_start(); function main() { ob_start(fn ($text) => strtoupper($text)); "
                  "register_shutdown_function(fn () => print(ob_get_level())); print 'b'; return [][1]; }")
        self.assertEqual((got.result, got.printed), (None, "ahtmlB0"))
        self.assertIn("Warning: Undefined array key 1 in ", got.log)

    def test_closed_streams_do_not_matter(self):
        self.assertEqual(run("function main() { fclose(STDIN); fclose(STDOUT); fclose(STDERR); return 1; }").result, 1)

    def test_main_has_an_empty_standard_input(self):
        self.assertEqual(run("function main() { return stream_get_contents(STDIN); }").result, "")


class Ending(unittest.TestCase):
    def test_exit_leaves_no_answer_but_its_code(self):
        for word, code, printed in (("exit(3)", 3, ""), ("die('x')", 0, "x"), ("exit", 0, "")):
            with self.subTest(word):
                got = run(f"register_shutdown_function(fn () => 1); function main() {{ {word}; }}")
                self.assertEqual((got.messages, got.code, got.printed), ([], code, printed))

    def test_only_the_first_process_answers(self):
        fork = "function main() {{ $pid = pcntl_fork(); if ($pid) pcntl_wait($s); {} }}"
        for rest in ("return $pid > 0;", "if (!$pid) throw new Exception; return true;",
                     "if (!$pid) none(); return true;", "if (!$pid) exit; return true;",
                     "if (!$pid) trigger_error('x', E_USER_ERROR); return true;"):
            with self.subTest(rest):
                self.assertEqual([message.get("result") for message in run(fork.format(rest)).messages], [True])

    def test_what_the_script_starts_does_not_inherit_the_channel(self):
        got = run("function main() { exec('readlink /proc/self/fd/3', $out, $code); return $code; }")
        self.assertEqual(got.result, 1)

    def test_a_closed_channel_ends_the_run_and_the_log_says_so(self):
        close = "$c = FFI::cdef('int close(int); int open(const char*, int);'); $c->close(3); "
        for then in ("", "$c->open('/dev/null', 1);"):
            with self.subTest(then):
                got = run(f"function main() {{ {close}{then} }}")
                self.assertEqual((got.messages, got.rest, got.code), ([], b"", 1))
                self.assertIn("the script closed descriptor 3, so its answer is lost", got.log)

    def test_no_stream_of_the_channel_is_there_to_be_closed(self):
        got = run("function main() { foreach (get_resources('stream') as $s) fclose($s); return 1; }")
        self.assertEqual(got.result, 1)

    def test_shutdown_functions_and_destructors_run_after_the_answer(self):
        got = run("class D { function __destruct() { file_put_contents('php://fd/3', 'destructor'); } }\n$d = new D;\n"
                  "register_shutdown_function(fn () => file_put_contents('php://fd/3', 'function '));\n"
                  "function main() { return 1; }")
        self.assertEqual((got.result, got.rest, got.code), (1, b"function destructor", 0))

    def test_an_error_after_the_answer_adds_none(self):
        got = run("register_shutdown_function(function () { none(); }); function main() { return 1; }")
        self.assertEqual(([message["type"] for message in got.messages], got.code), (["result"], 255))

    def test_nothing_of_the_request_is_in_the_arguments(self):
        seen = run("function main($a) { return file_get_contents('/proc/self/cmdline') . print_r(getenv(), true); }",
                   {"a": "s3cr3t"}).result
        self.assertNotIn("s3cr3t", seen)


if __name__ == "__main__":
    unittest.main()
