"""The process that forks Python runs: killed, out of date, not needed, never there. No run is lost for it."""

import concurrent.futures
import os
import pathlib
import signal
import subprocess
import tempfile
import time

import processes
from forks import ForkCase
from rig import wait_until


class Staying(ForkCase):
    def load(self, path, seconds, during, expected):
        """Calls it from four sides for so long; what was not as expected."""
        end, wrong = time.monotonic() + seconds, []

        def call():
            count = 0
            while time.monotonic() < end:
                answer = self.rig.run(path)
                count += 1
                if not expected(answer):
                    wrong.append(repr(answer))
            return count

        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            calls = [pool.submit(call) for _ in range(4)]
            while time.monotonic() < end:
                during()
                time.sleep(0.2)
            self.assertGreater(sum(done.result() for done in calls), 10)
        return wrong

    def test_no_run_fails_when_fork_servers_are_killed(self):
        path = self.rig.script("f/t/steady.py", "def main(): return 'steady'")
        self.warm(path)

        killed = set()

        def kill():
            if server := self.fork_server():
                os.kill(server, signal.SIGKILL)
                killed.add(server)

        self.assertEqual(self.load(path, 4, kill, lambda answer: answer.text == '"steady"'), [])
        self.assertGreater(len(killed), 1)

    def test_a_run_outlives_its_fork_server(self):
        path = self.rig.script("f/t/outlives.py", f"""
            import os, time
            def main(wait):
                if wait:
                    open("{self.rig.shared}/running", "w").write("yes" + chr(10))
                    while not os.path.exists("{self.rig.shared}/go"): time.sleep(0.01)
                return os.getppid()
            """)
        self.warm(path, {"wait": False})
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            running = pool.submit(self.rig.run, path, {"wait": True})
            self.rig.noted("running")
            server = self.fork_server()
            os.kill(server, signal.SIGKILL)
            self.assertTrue(wait_until(lambda: not processes.is_alive(server), 20))
            (self.rig.shared / "go").write_text("")
            answer = running.result()
        self.assertEqual(answer.status, 200, answer)
        self.assertEqual(self.line_of(answer)["way"], "fork")

    def test_a_script_that_changes_is_never_answered_as_it_was(self):
        path = self.rig.script("f/t/changes.py", "def main(): return 0")
        for number in range(40):
            self.rig.script("f/t/changes.py", f"def main(): return {number}")
            for _ in range(4):
                self.assertEqual(self.rig.run(path).text, str(number))

    def test_forks_are_made_ahead_and_go_when_nobody_needs_them(self):
        path = self.rig.script("f/t/ahead.py", "import os, time\ndef main():\n time.sleep(0.3)\n return os.getppid()")
        server = self.warm(path).json()
        with concurrent.futures.ThreadPoolExecutor(6) as pool:
            list(pool.map(lambda _: self.rig.run(path), range(6)))
        self.assertTrue(wait_until(lambda: len(processes.children(server)) == 2, 30), processes.children(server))

    def test_each_environment_has_a_fork_server_of_its_own(self):
        seen = set()
        for zone in ("UTC", "Asia/Tokyo"):
            path = self.rig.script(f"f/t/zone_{zone[0]}.py",
                                   "import os, time\ndef main(): return [os.getppid(), time.tzname[0]]",
                                   f"envs: [TZ={zone}]")
            parent, name = self.warm(path).json()
            self.assertEqual(name, {"UTC": "UTC", "Asia/Tokyo": "JST"}[zone])
            seen.add(parent)
        self.assertEqual(len(seen), 2)


class Installed(ForkCase):
    """With modules of its own in an environment of its own."""

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="tm-venv-")
        cls.addClassCleanup(folder.cleanup)
        subprocess.run(["/usr/bin/python3", "-m", "venv", "--without-pip", folder.name], check=True)
        cls.settings = {"python": folder.name + "/bin/python3"}
        cls.modules = next(pathlib.Path(folder.name).glob("lib/python3*/site-packages"))
        super().setUpClass()

    def test_what_starts_a_thread_when_it_is_loaded_makes_its_runs_cold(self):
        (self.modules / "threads_at_once.py").write_text(
            "import threading, time\nthreading.Thread(target=time.sleep, args=[600], daemon=True).start()\n")
        path = self.rig.script("f/t/threads.py", "# preload: threads_at_once\ndef main(): return 1")
        self.rig.run(path)
        self.assertTrue(wait_until(lambda: "has started a thread" in self.rig.log(), 30))
        for _ in range(3):
            self.assertEqual(self.way_of(self.rig.run(path)), "start")
        self.assertEqual(self.rig.log().count("has started a thread"), 1)

    def test_one_that_ends_whenever_it_loads_is_not_started_on_and_on(self):
        (self.modules / "ends_at_once.py").write_text("import os, sys\nif sys.argv[2:3] == ['fork']: os._exit(3)\n")
        path = self.rig.script("f/t/ends_at_once.py", "# preload: ends_at_once\ndef main(): return 1")
        self.rig.run(path)
        self.assertTrue(wait_until(lambda: "keeps ending" in self.rig.log(), 30))
        self.assertEqual(self.rig.run(path).text, "1")
        self.assertLessEqual(self.rig.log().count("a fork server has ended"), 4)

    def test_a_module_that_asked_where_temporary_files_go_does_not_settle_it_for_all_runs(self):
        (self.modules / "asks_at_once.py").write_text("import tempfile\ntempfile.gettempdir()\n")
        path = self.rig.script("f/t/asks.py", """
            # preload: asks_at_once
            import os, tempfile
            def main(): return tempfile.gettempdir() == os.getcwd()
            """)
        self.assertIs(self.warm(path).json(), True)

    def test_a_module_that_prints_much_is_loaded_all_the_same(self):
        (self.modules / "prints_much.py").write_text("print('much' * 100_000)\n")
        self.warm(self.rig.script("f/t/prints_much.py", "# preload: prints_much\ndef main(): return 1"))

    def test_what_is_printed_while_it_loads_is_in_the_log_of_the_operator(self):
        (self.modules / "prints_at_once.py").write_text("print('loud' + 'ly')\n")
        self.warm(self.rig.script("f/t/prints.py", "# preload: prints_at_once\ndef main(): return 1"))
        self.assertTrue(wait_until(lambda: "loudly" in self.rig.log(), 30))

    def test_a_preloaded_file_that_changes_is_loaded_anew(self):
        module = self.modules / "number.py"
        module.write_text("VALUE = 0\n")
        path = self.rig.script("f/t/number.py", "# preload: number\nimport number\ndef main(): return number.VALUE")
        self.warm(path)
        for value in (10, 2000):
            fresh = module.with_name("fresh~")
            fresh.write_text(f"VALUE = {value}\n")
            fresh.rename(module)
            self.assertTrue(wait_until(lambda: self.rig.run(path).json() == value, 30))
            for _ in range(5):
                self.assertEqual(self.rig.run(path).json(), value)
            self.assertEqual(self.warm(path).json(), value)


class Many(ForkCase):
    """What a run costs is given back. A tenth of what full/forks_test.py does."""

    runs = 10_000

    def test_many_runs_leave_memory_and_descriptors_as_they_were(self):
        path = self.rig.script("f/t/many.py", "def main(number): return number")
        self.warm(path, {"number": 0})
        server, fork_server = self.rig.server_pid, self.fork_server()

        def used():
            self.assertTrue(wait_until(lambda: len(processes.children(fork_server)) <= 8, 20))
            return [processes.resident_bytes(server), processes.resident_bytes(fork_server),
                    processes.descriptors(server) or 0, processes.descriptors(fork_server) or 0]

        def call(number):
            return self.rig.run(path, {"number": number}).text == str(number)

        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            self.assertTrue(all(pool.map(call, range(self.runs // 5))))
            before = used()
            self.assertTrue(all(pool.map(call, range(self.runs))))
            after = used()
        for was, now, most in zip(before, after, (8 << 20, 2 << 20, 40, 4)):
            self.assertLessEqual(now, was + most, (before, after))
        self.assertEqual(self.fork_server(), fork_server)


class Idle(ForkCase):
    settings = {"warm_idle_s": 1}

    def test_a_fork_server_that_nobody_needs_ends(self):
        self.warm(self.rig.script("f/t/rare.py", "def main(): return 1"))
        self.assertTrue(wait_until(lambda: not processes.children(self.rig.server_pid), 30))


class Never(ForkCase):
    settings = {"warm_starts": False}

    def test_without_warm_starts_none_is_forked(self):
        path = self.rig.script("f/t/cold.py", "def main(): return 1")
        for _ in range(5):
            self.assertEqual(self.way_of(self.rig.run(path)), "start")
        self.assertEqual(processes.children(self.rig.server_pid), [])


class Small(ForkCase):
    settings = {"warm_memory_bytes": 0}

    def test_without_memory_for_fork_servers_runs_start_cold(self):
        path = self.rig.script("f/t/cold.py", "def main(): return 1")
        self.rig.run(path)
        self.assertTrue(wait_until(lambda: "warm_memory_bytes" in self.rig.log(), 30))
        self.assertEqual(self.way_of(self.rig.run(path)), "start")
