"""Python runs that are forked: each is as alone as one that was started cold, and ends as that does."""

import os

import processes
from case import each
from forks import ForkCase
from rig import wait_until

SHOW = """
import gc, json, os, resource, signal, sys, threading

def descriptors():
    links = {n: "/proc/self/fd/" + n for n in sorted(os.listdir("/proc/self/fd"))}
    return {n: os.readlink(link).split(":")[0] for n, link in links.items() if os.path.exists(link)}

def main():
    return {
        "environ": open("/proc/self/environ").read().split(chr(0)), "variables": dict(os.environ),
        "descriptors": descriptors(), "argv": sys.argv, "path": sys.path[:-1], "flags": str(sys.flags),
        "signals": {s.name: str(signal.getsignal(s)) for s in signal.Signals},
        "mask": list(signal.pthread_sigmask(0, [])), "umask": os.umask(0o22), "nice": os.nice(0),
        "session": os.getsid(0) == os.getpid() == os.getpgid(0), "gc": gc.isenabled(),
        "limits": {n: resource.getrlimit(getattr(resource, n)) for n in dir(resource) if n.startswith("RLIMIT_")},
        "oom": open("/proc/self/oom_score_adj").read(), "threads": threading.active_count(),
        "main": threading.main_thread() is threading.current_thread(), "umask again": os.umask(0o22),
        "streams": [[s.encoding, s.errors, s.line_buffering, s.fileno()] for s in (sys.stdin, sys.stdout, sys.stderr)],
        "hooks": str([sys.excepthook, sys.displayhook, sys.stdin, sys.dont_write_bytecode]),
        "dumpable": os.stat("/proc/self/fd").st_uid == os.getuid(), "recursion": sys.getrecursionlimit(),
        "switch": sys.getswitchinterval(), "cwd": os.getcwd() == os.environ["HOME"]}
"""


class Alone(ForkCase):
    def test_a_forked_run_finds_what_a_cold_one_does(self):
        path = self.rig.script("f/t/show.py", SHOW)
        cold, forked = self.rig.run(path), self.warm(path)
        self.assertEqual(self.way_of(cold), "start")
        cold, forked = cold.json(), forked.json()
        own = {"WM_TOKEN", "WM_JOB_ID", "WM_ROOT_JOB_ID", "WM_SCHEDULED_FOR", "HOME", "TMPDIR"}
        for seen in (cold, forked):
            self.assertLessEqual(own, set(seen["variables"]))
            for name in own:
                del seen["variables"][name]
            del seen["environ"]
        cold.pop("oom")  # only of one that has lasted
        self.assertEqual(forked.pop("oom"), "500\n")
        self.assertEqual(forked, cold)

    def test_the_environment_that_proc_shows_is_the_runs_or_everybodys(self):
        path = self.rig.script("f/t/show.py", SHOW)
        self.warm(path)
        for _ in range(3):
            seen = self.warm(path).json()
            self.assertIn("WM_JOB_ID=" + seen["variables"]["WM_JOB_ID"], seen["environ"])
            shown = dict(item.split("=", 1) for item in seen["environ"] if "=" in item)
            self.assertLessEqual(set(shown.items()), set(seen["variables"].items()))
            self.assertNotIn("WM_TOKEN", shown)

    def test_what_a_run_does_to_its_process_no_later_one_sees(self):
        spoil = self.rig.script("f/t/spoil.py", """
            import builtins, json, os, random, resource, signal, sys, time
            def main():
                json.dumps = builtins.len = None
                sys.modules["re"] = sys.path[:] = []
                os.environ["LEFT"] = os.environ["PATH"] = "behind"
                os.environ.pop("LANG")
                os.umask(0o777)
                os.nice(5)
                signal.signal(signal.SIGTERM, signal.SIG_IGN)
                resource.setrlimit(resource.RLIMIT_NOFILE, (20, 20))
                os.chdir("/")
                open("/dev/null").close()
                globals()["left"] = True
                return 1
            """)
        show = self.rig.script("f/t/show.py", SHOW)
        before = self.warm(show).json()
        self.warm(spoil)
        for _ in range(12):
            after = self.warm(show).json()
            for name in ("umask", "nice", "signals", "limits", "path", "cwd", "descriptors"):
                self.assertEqual(after[name], before[name], name)
            self.assertEqual(set(after["variables"]), set(before["variables"]))

    def test_random_numbers_are_each_runs_own(self):
        path = self.rig.script("f/t/dice.py", """
            # preload: random, secrets, uuid, tempfile
            import random, secrets, uuid, tempfile, os
            def main():
                return [random.random(), random.getrandbits(64), secrets.token_hex(), str(uuid.uuid4()),
                        str(uuid.uuid1()), tempfile.mktemp(dir="/"), os.urandom(8).hex()]
            """)
        self.warm(path)
        drawn = [self.warm(path).json() for _ in range(20)]
        for column in zip(*drawn):
            self.assertEqual(len(set(column)), len(column), column)

    def test_the_fork_server_cannot_be_read_or_spoken_to(self):
        path = self.rig.script("f/t/peek.py", """
            import os
            def main():
                server = os.getppid()
                found = [os.stat(f"/proc/{server}/fd").st_uid, len(os.listdir("/proc/self/fd"))]
                try:
                    os.listdir(f"/proc/{server}/fd")
                    return [*found, "read"]
                except PermissionError:
                    return [*found, "refused"]
            """)
        owner, descriptors, access = self.warm(path).json()
        self.assertEqual((owner, descriptors), (0, 5))  # 0 to 3, and the list's own
        if os.getuid() != 0:
            self.assertEqual(access, "refused")

    def test_a_module_that_is_preloaded_is_there(self):
        path = self.rig.script("f/t/preloads.py", """
            # A comment.
            # preload: xml.dom.minidom, no_such_module_here, f.t.other
            import sys
            def main(): return ["xml.dom.minidom" in sys.modules, "f.t.other" in sys.modules]
            """)
        self.rig.script("f/t/other.py", "1 / 0")
        self.assertEqual(self.warm(path).json(), [True, False])
        self.assertEqual(self.rig.log().count("a module cannot be preloaded"), 1)
        by_yaml = self.rig.script("f/t/by_yaml.py", "import sys\ndef main(): return 'xml.sax' in sys.modules",
                                  "preload: [xml.sax]")
        self.assertEqual(self.warm(by_yaml).json(), True)


class Ending(ForkCase):
    settings = {"timeout_s": 3, "grace_ms": 300}

    @each([
        ("sys.exit", "import sys\ndef main(): sys.exit(3)", 422, '"SystemExit"', 1, 0),
        ("os._exit", "import os\ndef main(): os._exit(7)", 422, 'exit code for \\"python run\\": 7', 7, 0),
        ("a crash", "import ctypes\ndef main(): ctypes.string_at(0)", 422, "signal 11", 0, 11),
        ("killed", "import os, signal\ndef main(): os.kill(os.getpid(), signal.SIGKILL)", 422, "signal 9", 0, 9),
        ("out of memory", "def main(): return len(bytearray(1 << 40))", 422, '"MemoryError"', 1, 0),
        ("an exception", "def main(): raise KeyError('k')", 422, '"KeyError"', 1, 0),
        ("a syntax error", "def main(:\n pass", 422, '"SyntaxError"', 1, 0),
        ("a timeout", "import time\ndef main(): time.sleep(60)", 504, "timeout after 3s", 0, 15),
        ("a timeout, deaf", "import signal, time\ndef main():\n signal.signal(15, signal.SIG_IGN)\n time.sleep(60)",
         504, "timeout after 3s", 0, 9),
    ])
    def ends_as_cold(self, source, status, text, code, number):
        self.warm(self.rig.script("f/t/plain.py", "def main(): return 1"))
        answer = self.warm(self.rig.script("f/t/ends.py", source))
        self.assertEqual(answer.status, status, answer)
        self.assertIn(text, answer.text)
        line = self.line_of(answer)
        self.assertEqual((line["exit"], line["signal"]), (code, number))

    def test_what_a_script_leaves_to_its_end_is_done(self):
        path = self.rig.script("f/t/last.py", f"""
            import atexit, threading, time
            class Last:
                def __del__(self): open("{self.rig.shared}/deleted", "w").write("deleted" + chr(10))
            last = Last()
            last.me = last
            unflushed = open("{self.rig.shared}/unflushed", "w")
            unflushed.write("flushed" + chr(10))
            def late():
                time.sleep(0.1)
                open("{self.rig.shared}/thread", "w").write("joined" + chr(10))
            def main():
                atexit.register(lambda: open("{self.rig.shared}/atexit", "w").write("called" + chr(10)))
                threading.Thread(target=late).start()
                print("no line end", end="")
                return 1
            """)
        for name in ("deleted", "unflushed", "thread", "atexit"):
            (self.rig.shared / name).unlink(missing_ok=True)
        answer = self.warm(path)
        self.assertEqual(answer.status, 200)
        self.assertEqual([self.rig.noted(name)[0] for name in ("deleted", "unflushed", "thread", "atexit")],
                         ["deleted", "flushed", "joined", "called"])
        self.assertEqual(self.line_of(answer)["killed"], "no")
        self.assertTrue(wait_until(lambda: "no line end" in self.rig.log(), 10))

    def test_a_thread_that_is_a_daemon_does_not_keep_the_run(self):
        path = self.rig.script("f/t/daemon.py", f"""
            import threading, time
            unflushed = open("{self.rig.shared}/of_daemon", "w")
            unflushed.write("flushed" + chr(10))
            def main():
                threading.Thread(target=time.sleep, args=[60], daemon=True).start()
                return 1
            """)
        answer = self.warm(path)
        line = self.line_of(answer)
        self.assertEqual((line["exit"], line["killed"], self.rig.noted("of_daemon")), (0, "no", ["flushed"]))

    def test_a_caller_who_hangs_up_ends_the_run_and_what_it_has_started(self):
        path = self.rig.script("f/t/hangs.py", f"""
            import os, subprocess, time
            def main(wait):
                if not wait: return 1
                child = subprocess.Popen(["sleep", "60"], start_new_session=True)
                open("{self.rig.shared}/pids", "w").write(f"{{os.getpid()}} {{child.pid}}" + chr(10))
                time.sleep(60)
            """)
        self.warm(path, {"wait": False})
        connection = self.rig.begin(path, {"wait": True})
        pids = [int(pid) for pid in self.rig.noted("pids")]
        connection.close()
        self.assertTrue(wait_until(lambda: not any(map(processes.is_alive, pids)), 10), pids)
