"""All that holds for a run that was started holds for one that was forked, whether the fork server knew its script or
not."""
import unittest

import args_test
import driver
import forked
import preprocessor_test
import results_test
import run_test

LEFT = "class Left:\n def __del__(self): os.write(1, b'gone')\n"
# What is asked here is told in another way to a child, or is not its own.
OTHERWISE = {"test_environment_and_directory_come_with_the_message", "test_nothing_of_the_request_is_in_the_arguments"}


def of_children(case, module, run, word):
    """The class of tests with its module's `run` replaced."""
    class OfChildren(case):
        def setUp(self):
            self.started, module.run = module.run, run
            super().setUp()

        def tearDown(self):
            super().tearDown()
            module.run = self.started

    for name in OTHERWISE & set(dir(case)):
        setattr(OfChildren, name, None)
    OfChildren.__name__ = OfChildren.__qualname__ = case.__name__ + word
    return OfChildren


for _module in (args_test, results_test, run_test, preprocessor_test):
    for _case in [item for item in vars(_module).values() if isinstance(item, type)]:
        for _run, _word in ((forked.told, "OfAChild"), (forked.known, "OfAChildThatKnowsTheScript")):
            globals()[_case.__name__ + _word] = of_children(_case, _module, _run, _word)
del _case


class Place(unittest.TestCase):
    def test_a_child_has_the_variables_and_the_folder_that_it_is_told(self):
        source = ("import os, subprocess\ndef main():\n"
                  " return [os.environ['A'], os.environ['WM_JOB_ID'], os.getcwd(), os.environ['LANG'],"
                  " subprocess.run('echo $A $WM_JOB_ID', shell=True, capture_output=True, text=True).stdout,"
                  " 'WM_JOB_ID=' + os.environ['WM_JOB_ID'] in open('/proc/self/environ').read()]")
        job = "01234567-89ab-cdef-0123-456789abcdef"
        extra = {"environment": ["A=b=c", "WM_JOB_ID=" + job], "working_directory": "/usr"}
        for run in (forked.told, forked.known):
            self.assertEqual(run(source, extra=extra).result, ["b=c", job, "/usr", "C.UTF-8", f"b=c {job}\n", True])

    def test_a_folder_that_is_not_there_is_a_failure(self):
        for run in (forked.told, forked.known):
            got = run("def main(): return 1", extra={"working_directory": "/no/where"})
            self.assertEqual(got.failure["name"], "FileNotFoundError")

    def test_a_script_that_cannot_be_compiled_is_not_learnt(self):
        before = forked.server().ask()[1]
        forked.known("def main(:")
        self.assertEqual(forked.server().ask()[1], before)

    def test_a_run_sees_nothing_of_the_one_before(self):
        source = ("import sys\nseen = []\ndef main():\n seen.append(1)\n sys.path.append('x')\n"
                  " return [seen, sys.path.count('x')]")
        for _ in range(2):
            self.assertEqual(forked.known(source).result, [[1], 1])


class Hooks(unittest.TestCase):
    def test_random_numbers_are_each_childs_own(self):
        source = "import random\ndef main(): return random.random()"
        for preload in (("random",), ("random", "logging"), ()):
            seen = [forked.known(source, preload=preload).result for _ in range(4)]
            self.assertEqual(len(set(seen)), 4, preload)

    def test_threads_start_in_a_child_whose_server_has_loaded_what_they_need(self):
        source = ("import threading\ndef main():\n seen = []\n"
                  " one = threading.Thread(target=lambda: seen.append(threading.current_thread() is one))\n"
                  " one.start(); one.join()\n"
                  " return [seen, threading.active_count(), threading.current_thread() is threading.main_thread()]")
        for preload in (("threading",), ("threading", "logging", "random")):
            for run in (forked.told, forked.known):
                self.assertEqual(run(source, preload=preload).result, [[True], 1, True])


class Finalizers(unittest.TestCase):
    def test_what_a_script_leaves_behind_is_ended_in_a_child_as_in_a_process_of_its_own(self):
        for name, source in {
            "an object": "class Left:\n def __del__(self): os.write(1, b'gone')\nleft = Left()",
            "a cycle": "class Left:\n def __del__(self): os.write(1, b'gone')\nleft = Left(); left.me = left",
            "a file": "left = open(1, 'w', closefd=False); left.write('gone')",
            "a handler": "import atexit; atexit.register(os.write, 1, b'gone')",
            "an object that a collection made old": LEFT + "left = Left()\nimport gc; gc.collect()",
            "an object, by a script that patches": LEFT + "left = Left(); os._exit = __import__('gc').collect = None",
            "what C has printed": "import ctypes; ctypes.CDLL(None).printf(b'gone')",
            "what was printed before the stream was replaced":
                "import sys\nprint('gone', end=''); sys.stdout = sys.stderr",
        }.items():
            for run in (driver.run, forked.told, forked.known):
                with self.subTest(name, run=run.__name__):
                    got = run(f"import os\n{source}\ndef main(): return 1")
                    self.assertEqual((got.result, got.log, got.code), (1, "gone", 0))

    def test_so_it_is_however_the_run_goes(self):
        for name, main, code in (
            ("an argument is converted", "def main(a: bytes): return a.decode()", 0),
            ("main is decorated", "decorated = lambda f: lambda: f()\n@decorated\ndef main(): return 1", 0),
            ("the result cannot be written", "def main():\n left.me = []; left.me.append(left.me); return left.me", 1),
            ("the answer is lost", "def main(): os.close(3)", 1),
        ):
            for run in (driver.run, forked.told, forked.known):
                with self.subTest(name, run=run.__name__):
                    got = run(f"import os\n{LEFT}left = Left()\n{main}", {"a": "AA=="})
                    self.assertEqual((got.log[-4:], got.code), ("gone", code))


class Same(unittest.TestCase):
    def test_odd_scripts_get_the_same_answer(self):
        for source, result in (
            ("import sys\nsys.modules[__name__] = sys\njunk = [type(sys)('x') for _ in range(9)]\n"
             "def main(a=1): return a", 5),
            ("import sys\ndel sys.modules[__name__]\ndef main(a=1): return a", 5),
            ("def main(a):\n global main\n del main\n return a", 5),
            ("def main(a=1, b=2): return [a, b]\nmain.__wrapped__ = lambda b: 0", [1, 6]),
        ):
            for run in (driver.run, forked.told, forked.known):
                with self.subTest(source, run=run.__name__):
                    self.assertEqual(run(source, {"a": 5, "b": 6}).result, result)

    def test_each_run_is_warned_of_the_syntax(self):
        for run in (driver.run, forked.told, forked.known):
            with self.subTest(run=run.__name__):
                self.assertIn("SyntaxWarning", run("def main(a=1): return a is 1").log)


if __name__ == "__main__":
    unittest.main()
