"""Scripts whose author lets one process serve many runs (`dedicated_worker`)."""

import contextlib
import json
import os
import signal
import subprocess
import tempfile
import unittest
from pathlib import Path

import processes
from case import RigCase
from reuse import COUNTING, KEPT, Reusing, ReusingJavaScript
from rig import PROGRAM, wait_until


class Python(Reusing, RigCase):
    settings = {"grace_ms": 300}
    ending = ".py"
    throwing = """
        import os
        def main(fail=False):
            if fail:
                raise ValueError("as asked")
            return {"pid": os.getpid()}
    """
    crashing = """
        import os
        def main(crash=False):
            if crash:
                os._exit(7)
            return {"pid": os.getpid()}
    """
    constant = "def main(): return %d\n"
    echoing = "def main(text): return text\n"
    background = """
        import subprocess
        child = subprocess.Popen(["sh", "-c", "sleep 60 & echo $!"], stdout=subprocess.PIPE)
        pid = int(child.stdout.readline())
        child.wait()
        def main():
            return pid
    """

    temporary = """
        import os, tempfile
        def main():
            with tempfile.NamedTemporaryFile(delete=False) as file:
                folder = os.path.dirname(file.name)
                return folder == os.getcwd() or folder
    """

    def test_what_it_starts_has_the_variables_of_the_run(self):
        path = self.kept("f/t/inherits", source="""
            import os, subprocess
            def main(change=None):
                shown = subprocess.run(["sh", "-c", "echo $WM_JOB_ID $WM_TOKEN"], capture_output=True, text=True)
                right = shown.stdout.split() == [os.environ["WM_JOB_ID"], os.environ["WM_TOKEN"]]
                if change == "delete":
                    del os.environ["WM_JOB_ID"]
                elif change:
                    os.environ["WM_JOB_ID"] = change
                return right, os.getpid()
        """)
        changes = [None, None, "delete", None, "short", None, "long" * 100, None]
        answers = [self.rig.run(path, {"change": change}).json() for change in changes]
        self.assertEqual([right for right, _ in answers], [True] * len(changes))
        self.assertEqual(len({pid for _, pid in answers}), 1)

    def test_a_folder_for_temporary_files_that_the_script_has_chosen_stays(self):
        path = self.kept("f/t/chosen", source="""
            import tempfile
            tempfile.tempdir = "/chosen"
            def main(): return tempfile.gettempdir()
        """)
        self.assertEqual([self.rig.run(path).json() for _ in range(3)], ["/chosen"] * 3)

    def test_what_is_bound_to_an_event_loop_serves_several_runs(self):
        path = self.kept("f/t/loop", source="""
            import asyncio
            queue = None
            async def main(value):
                global queue
                queue = queue or asyncio.Queue()
                asyncio.get_running_loop().call_later(0.01, queue.put_nowait, value)
                return await queue.get()
        """)
        self.assertEqual([self.rig.run(path, {"value": value}).json() for value in (1, 2, 3)], [1, 2, 3])

    def test_a_fork_of_the_script_s_serves_no_run(self):
        path = self.kept("f/t/forks", source="""
            import os
            parent = os.getpid()
            def main():
                os.fork()
                return os.getpid() == parent
        """)
        self.assertEqual([self.rig.run(path).json() for _ in range(5)], [True] * 5)

    def test_what_a_run_did_to_its_environment_is_gone_in_the_next(self):
        path = self.kept("f/t/env", source="""
            import os
            def main():
                before = dict(os.environ)
                os.environ["LEFT"] = "1"
                del os.environ["WM_WORKSPACE"]
                os.environ["LANG"] = "C"
                return [before.get("LEFT"), before["WM_WORKSPACE"], before["LANG"]]
        """)
        for _ in range(3):
            self.assertEqual(self.rig.run(path).json(), [None, "demo", "C.UTF-8"])


class Node(ReusingJavaScript, RigCase):
    settings = {"grace_ms": 300, "javascript": "node"}


class Php(Reusing, RigCase):
    settings = {"grace_ms": 300}
    ending = ".php"
    throwing = """
        <?php
        function main($fail = false) {
            if ($fail) throw new ValueError("as asked");
            return ["pid" => getmypid()];
        }
    """
    crashing = """
        <?php
        function main($crash = false) {
            if ($crash) exit(7);
            return ["pid" => getmypid()];
        }
    """
    constant = "<?php\nfunction main() { return %d; }\n"
    echoing = "<?php\nfunction main($text) { return $text; }\n"
    background = """
        <?php
        $pid = (int) shell_exec('sleep 60 >/dev/null 2>&1 & echo $!');
        function main() { return $GLOBALS["pid"]; }
    """
    temporary = """
        <?php
        function main() {
            $folder = dirname(tempnam(sys_get_temp_dir(), "x"));
            return $folder === getcwd() ?: $folder;
        }
    """


class Recycling(RigCase):
    settings = {"javascript": "node", "grace_ms": 2000, "reuse_runs": 3, "reuse_idle_s": 1,
                "reuse_memory_bytes": "64 MiB"}

    def pid(self, path, args=None):
        return self.rig.run(path, args).json()["pid"]

    def test_after_so_many_runs_there_is_another(self):
        path = self.rig.script("f/t/many.py", COUNTING[".py"], yaml=KEPT)
        counts = [self.rig.run(path).json()["count"] for _ in range(7)]
        self.assertEqual(counts, [1, 2, 3, 1, 2, 3, 1])

    def test_nobody_s_process_goes_and_runs_its_exit_handlers(self):
        note = self.rig.shared / "ended"
        path = self.rig.script("f/t/idle.py", f"""
            import atexit, os
            def note():
                with open("{note}", "w") as file:
                    file.write("yes\\n")
            atexit.register(note)
            def main():
                return {{"pid": os.getpid()}}
        """, yaml=KEPT)
        pid = self.pid(path)
        self.assertTrue(wait_until(lambda: not processes.is_alive(pid), 20))
        self.assertEqual(self.rig.noted("ended"), ["yes"])

    def test_one_of_node_s_runs_its_exit_handlers_too(self):
        note = self.rig.shared / "node-ended"
        path = self.rig.script("f/t/node_idle.ts", f"""
            import {{ writeFileSync }} from 'node:fs';
            process.on('exit', () => writeFileSync('{note}', 'yes\\n'));
            setInterval(() => 0, 1000);
            export const main = () => ({{ pid: process.pid }});
        """, yaml=KEPT)
        pids = {self.pid(path) for _ in range(2)}
        self.assertTrue(wait_until(lambda: not any(processes.is_alive(pid) for pid in pids), 20))
        self.assertEqual(self.rig.noted("node-ended"), ["yes"])

    def test_one_that_has_grown_goes(self):
        path = self.rig.script("f/t/grows.py", """
            import os
            kept = []
            def main(more=0):
                kept.append(b"x" * more)
                return {"pid": os.getpid()}
        """, yaml=KEPT)
        pid = self.pid(path, {"more": 100_000_000})
        self.assertTrue(wait_until(lambda: not processes.is_alive(pid), 20))

    def test_one_that_does_not_end_is_ended(self):
        path = self.rig.script("f/t/stubborn.py", """
            import atexit, os, signal, time
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            atexit.register(time.sleep, 60)
            def main():
                return {"pid": os.getpid()}
        """, yaml=KEPT)
        pid = self.pid(path)
        self.assertTrue(wait_until(lambda: not processes.is_alive(pid), 20))


class Crowded(RigCase):
    settings = {"grace_ms": 300, "warm_memory_bytes": "24 MiB", "warm_starts": False}

    def test_where_all_together_take_too_much_memory_the_one_that_waits_longest_goes(self):
        paths = [self.rig.script(f"f/t/crowd{number}.py", COUNTING[".py"], yaml=KEPT) for number in range(5)]
        pids = [self.rig.run(path).json()["pid"] for path in paths]
        self.assertTrue(wait_until(lambda: not processes.is_alive(pids[0]), 10))
        self.assertEqual(self.rig.run(paths[-1]).json()["pid"], pids[-1])


class Ageing(RigCase):
    settings = {"grace_ms": 300, "reuse_age_s": 1}

    def test_an_old_one_goes(self):
        path = self.rig.script("f/t/old.py", COUNTING[".py"], yaml=KEPT)
        pid = self.rig.run(path).json()["pid"]
        self.assertTrue(wait_until(lambda: self.rig.run(path).json()["pid"] != pid, 20, 0.1))


class WithTheServer(RigCase):
    def start(self):
        path = self.rig.script("f/t/kept.py", COUNTING[".py"], yaml=KEPT)
        return self.rig.run(path).json()["pid"]

    def test_they_die_with_a_server_that_is_killed(self):
        pid = self.start()
        os.kill(self.rig.server_pid, signal.SIGKILL)
        self.assertTrue(wait_until(lambda: not processes.is_alive(pid), 10))
        self.assertTrue(wait_until(lambda: self.served_again(), 30))

    def test_at_a_stop_they_run_their_exit_handlers(self):
        note = self.rig.shared / "stopped"
        path = self.rig.script("f/t/told.py", f"""
            import atexit
            def note():
                with open("{note}", "w") as file:
                    file.write("yes\\n")
            atexit.register(note)
            def main(): pass
        """, yaml=KEPT)
        self.rig.run(path)
        self.rig.server.send_signal(signal.SIGTERM)
        self.assertEqual(self.rig.server.wait(40), 0)
        self.rig.start_server()
        self.assertEqual(self.rig.noted("stopped", 0), ["yes"])

    def served_again(self):
        with contextlib.suppress(OSError):
            return self.rig.run("f/t/kept").status == 200
        return False


class TwoWorkspaces(RigCase):
    @classmethod
    def make_rig(cls):
        cls.folders = tempfile.TemporaryDirectory()
        cls.settings = {"workspaces": {name: f"{cls.folders.name}/{name}" for name in ("demo", "other")}}
        for name in ("demo", "other"):
            folder = Path(cls.folders.name, name, "f/t")
            folder.mkdir(parents=True)
            (folder / "name.py").write_text(f"name = '{name}'")
            (folder / "kept.py").write_text("from .name import name\ndef main(): return name")
            (folder / "kept.script.yaml").write_text(KEPT)
        return super().make_rig()

    @classmethod
    def tearDownClass(cls):
        super().tearDownClass()
        cls.folders.cleanup()

    def test_the_same_script_in_another_workspace_has_another_process(self):
        for name in ("demo", "other", "demo", "other"):
            address = f"/api/w/{name}/jobs/run_wait_result/p/f/t/kept"
            self.expect(self.rig.call("POST", address), 200, body=f'"{name}"')


class Hiding(RigCase):
    def test_one_that_waits_hides_no_other_run_s_left_overs(self):
        self.rig.run(self.rig.script("f/t/kept.py", COUNTING[".py"], yaml=KEPT))
        hidden = self.rig.shared / "hidden"
        path = self.rig.script("f/t/hides.sh", f"""
            setsid env -i /bin/sleep 60 </dev/null >/dev/null 2>&1 &
            while grep -q . "/proc/$!/environ"; do :; done
            echo $! >"{hidden}"
        """)
        self.rig.run(path)
        pid = int(self.rig.noted("hidden")[0])
        self.addCleanup(end_if_alive, pid)
        self.assertTrue(wait_until(lambda: not processes.is_alive(pid), 5))


def end_if_alive(pid):
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


class Others(RigCase):
    def test_a_language_whose_process_answers_by_ending_has_a_new_one_each_time(self):
        path = self.rig.script("f/t/kept.sh", 'echo $$', yaml=KEPT)
        self.assertNotEqual(self.rig.run(path).text, self.rig.run(path).text)


class OneRequest(RigCase):
    def test_towermill_run_ends_with_its_run(self):
        self.rig.script("f/t/kept.py", COUNTING[".py"], yaml=KEPT)
        done = subprocess.run([PROGRAM, "run", "f/t/kept", "--config", str(self.rig.home / "towermill.yaml")],
                              capture_output=True, text=True, timeout=60)
        self.assertEqual(json.loads(done.stdout)["count"], 1, done)


if __name__ == "__main__":
    unittest.main()
