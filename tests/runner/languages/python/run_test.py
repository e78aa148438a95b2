"""The life of a run: imports, failures and their stacks, the log, forks, the channel, the end."""
import base64
import json
import unittest

from driver import run

FAILURES = {
    "an exception": ("def main():\n    raise KeyError('k')", "KeyError", "'k'", 2),
    "at import": ("1 / 0", "ZeroDivisionError", "division by zero", 1),
    "sys.exit with a text": ("import sys\ndef main(): sys.exit('bye')", "SystemExit", "bye", 2),
    "sys.exit(0)": ("import sys\ndef main(): sys.exit(0)", "SystemExit", "0", 2),
    "the keyboard's interrupt": ("def main(): raise KeyboardInterrupt", "KeyboardInterrupt", "", 1),
    "async": ("async def main():\n    raise OSError('no')", "OSError", "no", 2),
    "a syntax error": ("x = 1\ndef main(:\n  pass", "SyntaxError", "invalid syntax (f/x/y.py, line 2)", 2),
    "a wrong indent": ("def main():\nreturn 1", "IndentationError", "(f/x/y.py, line 2)", 2),
    "recursion without end": ("def main(): return main()", "RecursionError", "recursion depth", 1),
    "an exception that cannot be shown": (
        "class E(Exception):\n def __str__(self): raise ValueError\ndef main():\n raise E()",
        "E", "cannot be shown", 4),
    "a lone surrogate in the message": (r"def main(): raise ValueError('a\udc80')", "ValueError", "a\ufffd", 1),
}

LIBRARY = {"f/x/other.py": "import json\ndef go(text):\n    return json.loads(text)\nNAME = __name__\n",
           "f/far/near.py": "from f.x.other import go\nVALUE = 5\n",
           "f/x/broken.py": "def go(:\n", "u/ann/mine.py": "VALUE = 6\n"}
IMPORTS = {
    "absolute": "from f.far.near import VALUE\ndef main(): return VALUE",
    "of a user's folder": "import u.ann.mine as m\ndef main(): return m.VALUE - 1",
    "relative": "from .other import NAME\ndef main(): return 5 if NAME == 'f.x.other' else NAME",
    "relative, from above": "from ..far.near import VALUE\ndef main(): return VALUE",
    "within main": "def main():\n from . import other\n return len(other.go('[1,2,3,4,5]'))",
    "of itself": "import sys\ndef main():\n from f.x import y as me\n return 5 if me is sys.modules[__name__] else 0",
}


class Running(unittest.TestCase):
    def test_what_is_thrown_becomes_a_failure_with_the_place(self):
        for name, (source, error, message, line) in FAILURES.items():
            with self.subTest(name):
                got = run(source)
                self.assertEqual(got.failure["name"], error)
                self.assertIn(message, got.failure["message"])
                self.assertIn(f'File "f/x/y.py", line {line}', got.failure["stack"])
                self.assertNotIn("<string>", got.failure["stack"] + got.log)
                self.assertEqual((got.code, got.rest), (1, b""))
                self.assertIn(error, got.log)

    def test_the_stack_shows_the_workspace_and_its_lines_only(self):
        got = run("from .other import go\ndef main():\n    return go('{')  # here", workspace=LIBRARY)
        stack = got.failure["stack"]
        self.assertIn('  File "f/x/y.py", line 3, in main\n    return go(\'{\')  # here\n', stack)
        self.assertIn('  File "f/x/other.py", line 3, in go\n    return json.loads(text)\n', stack)
        self.assertEqual(stack.count("File"), 2)
        self.assertNotIn('"/', stack)
        self.assertIn("json/decoder.py", got.log)

    def test_a_syntax_error_of_an_imported_file_is_named(self):
        failure = run("from .broken import go", workspace=LIBRARY).failure
        self.assertEqual(failure["message"], "invalid syntax (f/x/broken.py, line 1)")
        self.assertNotIn('"/', failure["stack"])

    def test_the_message_names_files_of_the_workspace_as_the_stack_does(self):
        message = run("from f.x.other import no", workspace=LIBRARY).failure["message"]
        self.assertEqual(message, "cannot import name 'no' from 'f.x.other' (f/x/other.py)")
        self.assertEqual(run("import os, sys\ndef main(): raise OSError(sys.path[-1])").failure["message"], ".")

    def test_a_script_without_main_says_so(self):
        for source in ("", "main = 5", "def other(): pass"):
            with self.subTest(source):
                failure = run(source).failure
                self.assertEqual(failure["message"], 'f/x/y.py defines no function "main"')

    def test_out_of_memory_is_a_failure(self):
        for source in ("def main(): return bytearray(1 << 31)",
                       "def main():\n a = []\n while True: a.append(bytes(1000))",
                       "def main():\n a = []\n while True: a.append(object())"):
            with self.subTest(source):
                # No more than it takes: on a busy machine, filling it lasts.
                got = run(source, memory=128 << 20)
                self.assertIn('in main', got.failure['stack'])
                self.assertEqual(got.failure["name"], "MemoryError")

    def test_neighbours_are_imported(self):
        for name, source in IMPORTS.items():
            with self.subTest(name):
                self.assertEqual(run(source, workspace=LIBRARY).result, 5)

    def test_the_script_knows_its_names_and_leaves_no_bytecode(self):
        got = run("import os, sys\nfrom . import other\ndef main():\n"
                  " root = __file__[:-len('/f/x/y.py')]\n"
                  " return [__name__, __package__, sys.argv, root == sys.path[-1], os.listdir(root + '/f/x')]",
                  workspace={"f/x/other.py": ""})
        self.assertEqual(got.result, ["f.x.y", "f.x", ["f/x/y.py"], True, ["other.py"]])

    def test_the_bytes_of_the_message_run_not_those_on_the_disk(self):
        old = {"f/x/y.py": "import os\ndef main():\n return 'old'  # old\n"}
        for line in ("pass", "os.chdir(__file__[:-len('/f/x/y.py')])"):
            with self.subTest(line):
                got = run(f"import os\n{line}\ndef main():\n raise KeyError  # new", workspace=old)
                self.assertIn("# new", got.failure["stack"])

    def test_a_source_that_is_not_utf8_runs_as_its_cookie_says(self):
        self.assertEqual(run(b"# -*- coding: latin-1 -*-\ndef main(): return '\xe4'").result, "ä")
        self.assertEqual(run(b"def main(): return '\xe4'").failure["name"], "SyntaxError")
        self.assertEqual(run("\ufeffdef main(): return 1\r\n").result, 1)

    def test_environment_and_directory_come_with_the_message(self):
        extra = {"environment": ["A=b=c", "TZ=Asia/Tokyo"], "working_directory": "/usr"}
        source = "import os, time\ndef main(): return [dict(os.environ), os.getcwd(), time.tzname[0]]"
        self.assertEqual(run(source, extra=extra).result, [{"A": "b=c", "TZ": "Asia/Tokyo"}, "/usr", "JST"])

    def test_prints_are_the_log(self):
        got = run(r"import sys" "\n" r"def main():" "\n" r" print('out ä', '\udc80'); print('err', file=sys.stderr)")
        self.assertEqual((got.result, got.log), (None, "out ä \\udc80\nerr\n"))

    def test_closed_streams_do_not_matter(self):
        self.assertEqual(run("import sys\ndef main():\n sys.stdout.close()\n sys.stderr = None\n return 1").result, 1)


class Ending(unittest.TestCase):
    def test_only_the_first_process_answers(self):
        source = "import os\ndef main():\n    pid = os.fork()\n    if pid: os.waitpid(pid, 0)\n    {}"
        self.assertEqual([m["result"] for m in run(source.format("return bool(pid)")).messages], [True])
        self.assertEqual(run(source.format("if not pid: raise KeyError\n    return 1")).messages[0]["result"], 1)

    def test_what_the_script_starts_does_not_inherit_the_channel(self):
        source = ("import subprocess\ndef main():\n return subprocess.run(['readlink', '/proc/self/fd/3'],"
                  " close_fds=False, stdout=subprocess.PIPE).returncode")
        self.assertEqual(run(source).result, 1)

    def test_a_closed_channel_ends_the_run_and_the_log_says_so(self):
        for then in ("", "open('/dev/null')", "open('taken', 'w')"):
            with self.subTest(then):
                got = run(f"import os\ndef main():\n os.close(3)\n global f\n f = {then or None}")
                self.assertEqual((got.messages, got.rest, got.code), ([], b"", 1))
                self.assertIn("closed descriptor 3", got.log)

    def test_junk_on_the_channel_does_not_hang(self):
        self.assertNotEqual(run("import os\ndef main(): os.write(3, b'junk')").rest, b"")

    def test_exit_handlers_and_threads_run_after_the_answer(self):
        got = run("import atexit, os, threading, time\n"
                  "def late():\n    time.sleep(.1)\n    os.write(3, b'thread ')\n"
                  "atexit.register(lambda: os.write(3, b'handler'))\n"
                  "def main():\n    threading.Thread(target=late).start()\n    return 1")
        self.assertEqual((got.result, got.rest, got.code), (1, b"thread handler", 0))

    def test_an_exit_without_an_answer_leaves_none(self):
        got = run("import os\ndef main(): os._exit(0)")
        self.assertEqual((got.messages, got.code), ([], 0))

    def test_nothing_of_the_request_is_in_the_arguments(self):
        seen = run("def main(a): return open('/proc/self/cmdline').read() + open('/proc/self/environ').read()",
                   {"a": "s3cr3t"}).result
        self.assertNotIn("s3cr3t", seen)


if __name__ == "__main__":
    unittest.main()
