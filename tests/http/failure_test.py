"""What a caller sees when a run fails."""

from case import RigCase
from rig import PROGRAM

JSON = "application/json"


class Failures(RigCase):
    settings = {"result_limit_bytes": 1_000_000, "log_limit_bytes": 10_000}

    def error_of(self, answer, status=422):
        self.expect(answer, status, JSON)
        self.assertEqual(list(answer.json()), ["error"], answer)
        return answer.json()["error"]

    def test_an_exception_is_422_with_name_message_and_stack(self):
        script = self.rig.script("f/t/throws.py", """
            class OutOfCheese(Exception):
                pass

            def main(what):
                raise OutOfCheese(f"no {what}")
        """)
        error = self.error_of(self.rig.run(script, {"what": "brie"}))
        self.assertEqual((error["name"], error["message"]), ("OutOfCheese", "no brie"))
        self.assertIn("f/t/throws.py", error["stack"])
        self.assertIn("line 5", error["stack"])

    def test_a_stack_names_no_path_of_the_server(self):
        script = self.rig.script("f/t/throws.py", "import json\ndef main(): json.loads('{')")
        stack = self.error_of(self.rig.run(script))["stack"]
        self.assertNotIn(str(self.rig.home), stack)
        self.assertNotIn("harness", stack)

    def test_a_syntax_error_is_422(self):
        error = self.error_of(self.rig.run(self.rig.script("f/t/syntax.py", "def main(:\n    pass\n")))
        self.assertEqual(error["name"], "SyntaxError")

    def test_a_script_without_main_is_422(self):
        self.assertIn("main", self.error_of(self.rig.run(self.rig.script("f/t/nothing.py", "x = 1")))["message"])

    def test_a_long_line_in_a_bash_log_takes_nothing_from_the_result(self):
        noise = "head -c 2000000 /dev/zero | tr '\\0' x\necho\n"
        for name, rest, body in (("noisy_line", "echo fine", '"fine"'), ("noisy_file", "echo 1 >result.json", "1")):
            self.expect(self.rig.run(self.rig.script(f"f/t/{name}.sh", noise + rest)), 200, body=body)
        error = self.error_of(self.rig.run(self.rig.script("f/t/noisy_exit.sh", noise + "exit 3")))
        self.assertEqual(error["exit_code"], 3)

    def test_bytes_after_a_result_take_nothing_from_it(self):
        script = self.rig.script("f/t/stray.py", """
            import os, struct

            def main():
                frame = b'{"type":"result","result":7}'
                os.write(3, struct.pack("!I", len(frame)) + frame + b"\\xff\\xff\\xff\\xff")
                os._exit(0)
        """)
        self.expect(self.rig.run(script), 200, body="7")

    def test_sys_exit_is_422(self):
        script = self.rig.script("f/t/sys_exit.py", "import sys\ndef main(): sys.exit(3)")
        self.assertEqual(self.error_of(self.rig.run(script))["name"], "SystemExit")

    def test_leaving_without_a_word_is_422(self):
        script = self.rig.script("f/t/leaves.py", "import os\ndef main(): os._exit(7)")
        error = self.error_of(self.rig.run(script))
        self.assertEqual((error["name"], error["exit_code"]), ("ExecutionErr", 7))

    def test_a_bash_script_that_exits_3_says_so_with_its_last_log_lines(self):
        script = self.rig.script("f/t/exits.sh", "echo first\necho out of cheese >&2\nexit 3")
        error = self.error_of(self.rig.run(script))
        self.assertEqual((error["name"], error["exit_code"]), ("ExecutionErr", 3))
        self.assertTrue(error["message"].startswith('exit code for "bash run": 3, last log lines:\n'), error)
        self.assertIn("out of cheese", error["message"])

    def test_bash_stops_at_the_first_command_that_fails(self):
        answer = self.rig.run(self.rig.script("f/t/strict.sh", "false\necho not reached"))
        self.assertNotIn("not reached", self.error_of(answer)["message"])

    def test_a_killed_script_is_422_naming_the_signal(self):
        script = self.rig.script("f/t/killed.py", "import os\ndef main(): os.kill(os.getpid(), 9)")
        self.assertIn("signal 9", self.error_of(self.rig.run(script))["message"])

    def test_a_result_over_its_limit_is_422_naming_it(self):
        script = self.rig.script("f/t/big.py", "def main(): return 'x' * 2_000_000")
        self.assertIn("result_limit_bytes", self.error_of(self.rig.run(script))["message"])

    def test_a_program_whose_output_is_over_the_limit_is_422_naming_it(self):
        script = self.rig.script("f/t/flood", "#!/bin/sh\nhead -c 2000000 /dev/zero | tr '\\0' x\n")
        self.assertIn("result_limit_bytes", self.error_of(self.rig.run(script))["message"])

    def test_a_result_nested_too_deep_is_422_naming_the_limit(self):
        script = self.rig.script("f/t/deep.py", """
            def main():
                value = []
                for _ in range(200):
                    value = [value]
                return value
        """)
        self.assertIn("json_depth_limit", self.error_of(self.rig.run(script))["message"])

    def test_a_result_that_cannot_be_json_is_422(self):
        script = self.rig.script("f/t/circle.py", "def main():\n    a = []\n    a.append(a)\n    return a")
        self.error_of(self.rig.run(script))

    def test_a_result_sent_before_a_crash_counts(self):
        script = self.rig.script("f/t/late.py", """
            import atexit, os

            def main():
                atexit.register(os._exit, 9)
                return "done"
        """)
        self.expect(self.rig.run(script), 200, JSON, '"done"')

    def test_a_flood_of_log_changes_nothing(self):
        script = self.rig.script("f/t/chatty.py", """
            def main():
                for _ in range(2000):
                    print("x" * 1000)
                return "done"
        """)
        self.expect(self.rig.run(script), 200, JSON, '"done"')

    def test_more_memory_than_allowed_is_422(self):
        script = self.rig.script("f/t/hungry.py", "def main(): return len(bytearray(4 << 30))")
        self.assertEqual(self.error_of(self.rig.run(script))["name"], "MemoryError")

    def test_two_files_of_one_path_are_500_naming_it(self):
        self.rig.script("f/twice/same.py", "def main(): return 1")
        self.rig.script("f/twice/same.sh", "echo 1")
        answer = self.rig.run("f/twice/same")
        self.assertEqual(answer.status, 500)
        self.assertIn("f/twice/same", answer.text)
        self.assertNotIn(str(self.rig.home), answer.text)

    def test_a_program_whose_interpreter_is_missing_is_500_without_a_path_of_the_server(self):
        answer = self.rig.run(self.rig.script("f/t/no_interpreter", "#!/nonexistent/interpreter\n"))
        self.assertEqual(answer.status, 500, answer)
        self.assertTrue(answer.text.startswith("Internal: "), answer)
        self.assertNotIn(str(self.rig.home), answer.text)


class WithoutPython(RigCase):
    settings = {"python": "/nonexistent/python3"}

    def test_a_missing_interpreter_is_500_and_in_the_log(self):
        answer = self.rig.run(self.rig.script("f/t/hello.py", "def main(): return 1"))
        self.assertEqual(answer.status, 500)
        self.assertTrue(answer.text.startswith("Internal: "), answer)
        self.assertNotIn(PROGRAM, answer.text)
        self.assertRegex(self.rig.log(), '"level":"error".*python3')
