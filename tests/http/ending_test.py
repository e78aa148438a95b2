"""How runs end, and how the server does."""

import contextlib
import os
import signal
import subprocess
import time
from pathlib import Path

import processes
from case import RigCase
from fastcgi import PARAMS, STDIN, begin, pairs, record, variables
from rig import PROGRAM, TOKEN, run_url, wait_until

# Hides as well as it can: its own session, no environment, deaf to SIGTERM, its parent gone.
HIDER = """
    import os
    import signal
    import time

    def main(folder, stay=60):
        ready, told = os.pipe()
        if os.fork() == 0:
            os.setsid()
            if os.fork() == 0:
                signal.signal(signal.SIGTERM, signal.SIG_IGN)
                signal.signal(signal.SIGHUP, signal.SIG_IGN)
                os.environ.clear()
                if os.fork() == 0:
                    with open(folder + "/hidden", "w") as file:
                        file.write(f"{os.getpid()}\\n")
                    os.write(told, b"x")
                    null = os.open("/dev/null", os.O_RDWR)
                    for number in (0, 1, 2):
                        os.dup2(null, number)
                    os.execve("/bin/sleep", ["sleep", "60"], {})
            os._exit(0)
        os.read(ready, 1)
        time.sleep(stay)
        return "done"
"""

# A whole family, all of it deaf to SIGTERM, each pid noted.
FAMILY = """
    folder="$1"
    trap '' TERM
    sleep 60 &
    first=$!
    (sleep 60 & echo $! >"$folder/inner"; wait) &
    second=$!
    until [ -s "$folder/inner" ]; do sleep 0.01; done
    echo $$ $first $second $(cat "$folder/inner") >"$folder/family"
    while :; do sleep 1; done
"""


class EndingCase(RigCase):
    settings = {"grace_ms": 300}

    def setUp(self):
        for file in self.rig.shared.iterdir():
            file.unlink()

    def shared(self):
        return {"folder": str(self.rig.shared)}

    def pids(self, name):
        return [int(word) for word in self.rig.noted(name)]

    def assert_gone(self, pids, seconds):
        gone = wait_until(lambda: not any(processes.is_alive(pid) for pid in pids), seconds)
        self.assertTrue(gone, {pid: processes.command(pid) for pid in pids if processes.is_alive(pid)})


class RunsThatEndEarly(EndingCase):
    def test_a_run_past_its_time_is_504_and_its_whole_tree_is_gone(self):
        script = self.rig.script("f/t/family.sh", FAMILY, yaml="timeout: 1\n")
        self.expect_text(self.rig.run(script, self.shared()), 504, "timeout after 1s")
        self.assert_gone(self.pids("family"), 1)

    def test_a_timeout_takes_its_time_and_little_more(self):
        script = self.rig.script("f/t/sleeps.py", "import time\ndef main(): time.sleep(60)", yaml="timeout: 1\n")
        start = time.monotonic()
        self.expect(self.rig.run(script), 504)
        self.assertTrue(1 <= time.monotonic() - start < 2.5)

    def test_a_hang_up_ends_the_whole_tree_within_a_second(self):
        script = self.rig.script("f/t/hung.sh", FAMILY)
        connection = self.rig.begin(script, self.shared())
        family = self.pids("family")
        self.assertEqual(len(family), 4)
        connection.close()
        self.assert_gone(family, 1)
        self.assertTrue(wait_until(lambda: "http connection broke" in self.rig.log(), 10))

    def test_a_hang_up_gives_a_python_script_time_to_tidy_up(self):
        script = self.rig.script("f/t/tidies.py", """
            import os
            import signal
            import time

            def main(folder):
                def tidy(*_):
                    with open(folder + "/tidied", "w") as file:
                        file.write("yes\\n")
                    os._exit(0)

                signal.signal(signal.SIGTERM, tidy)
                with open(folder + "/ready", "w") as file:
                    file.write("yes\\n")
                time.sleep(60)
        """)
        connection = self.rig.begin(script, self.shared())
        self.rig.noted("ready")
        connection.close()
        self.assertEqual(self.rig.noted("tidied", 1), ["yes"])

    def test_nothing_hides_from_the_end_of_its_run(self):
        script = self.rig.script("f/t/hides.py", HIDER)
        self.expect(self.rig.run(script, self.shared() | {"stay": 0}), 200, body='"done"')
        self.assert_gone(self.pids("hidden"), 1)

    def test_nothing_hides_from_a_hang_up(self):
        script = self.rig.script("f/t/hides.py", HIDER)
        connection = self.rig.begin(script, self.shared())
        hidden = self.pids("hidden")
        connection.close()
        self.assert_gone(hidden, 1.3)  # the grace and the sweep

    def test_nothing_hides_from_a_timeout(self):
        script = self.rig.script("f/t/hides_late.py", HIDER, yaml="timeout: 1\n")
        self.expect(self.rig.run(script, self.shared()), 504)
        self.assert_gone(self.pids("hidden"), 1)

    def test_the_end_of_one_run_leaves_others_alone(self):
        patient = self.rig.script("f/t/patient.sh", """
            folder="$1"
            (sleep 1.5; echo kept >"$folder/kept") &
            wait
            echo done
        """)
        connection = self.rig.begin(patient, self.shared())
        for _ in range(5):
            self.rig.run(self.rig.script("f/t/hides.py", HIDER), self.shared() | {"stay": 0})
        self.assertIn(b"200 OK", connection.recv(65536))
        connection.close()
        self.assertEqual(self.rig.noted("kept"), ["kept"])

    def test_an_ended_run_leaves_no_folder_and_no_zombie(self):
        connection = self.rig.begin(self.rig.script("f/t/family.sh", FAMILY), self.shared())
        family = self.pids("family")
        connection.close()
        self.assert_gone(family, 1)
        self.assertTrue(wait_until(lambda: not self.rig.run_folders(), 2), self.rig.run_folders())
        self.assertTrue(wait_until(lambda: not processes.zombies(self.rig.server_pid), 2))


class TheLine(EndingCase):
    settings = {"runs_at_once": 1, "waiting_limit": 1, "waiting_ms": 700}

    def test_a_full_line_is_503_with_retry_after(self):
        slow = self.rig.script("f/t/slow.sh", 'folder="$1"\necho yes >"$folder/started"\nsleep 2\necho done')
        running = self.rig.begin(slow, self.shared())
        self.rig.noted("started")
        waiting = self.rig.begin(slow, self.shared())
        time.sleep(0.2)
        start = time.monotonic()
        answer = self.rig.run(slow, self.shared())
        self.assertEqual(answer.status, 503, answer)
        self.assertRegex(answer.header("Retry-After"), r"^[1-9]\d*$")
        self.assertLess(time.monotonic() - start, 0.5)
        self.assertIn(b" 503 ", waiting.recv(65536)[:20])  # waiting_ms has passed
        self.assertIn(b" 200 ", running.recv(65536)[:20])
        for connection in (running, waiting):
            connection.close()

    def test_who_hangs_up_in_the_line_is_not_run(self):
        slow = self.rig.script("f/t/slow.sh", 'folder="$1"\necho yes >"$folder/started"\nsleep 0.5\necho done')
        second = self.rig.script("f/t/second.sh", 'folder="$1"\necho yes >"$folder/second"')
        running = self.rig.begin(slow, self.shared())
        self.rig.noted("started")
        self.rig.begin(second, self.shared()).close()
        self.assertIn(b" 200 ", running.recv(65536)[:20])
        running.close()
        time.sleep(0.5)
        self.assertFalse((self.rig.shared / "second").exists())


class TheServer(EndingCase):
    def start_again(self):
        self.rig.start_server()
        self.expect(self.rig.run(self.rig.prints("f/t/one", "1")), 200, body="1")

    def test_a_graceful_stop_lets_running_scripts_finish(self):
        slow = self.rig.script("f/t/slow.sh", 'folder="$1"\necho yes >"$folder/started"\nsleep 1\necho done')
        connection = self.rig.begin(slow, self.shared())
        self.rig.noted("started")
        self.rig.server.send_signal(signal.SIGTERM)
        self.assertIn(b"200 OK", connection.recv(65536))
        connection.close()
        self.assertEqual(self.rig.server.wait(10), 0)
        self.start_again()

    def test_an_idle_server_stops_at_once(self):
        start = time.monotonic()
        self.rig.server.send_signal(signal.SIGTERM)
        self.assertEqual(self.rig.server.wait(10), 0)
        self.assertLess(time.monotonic() - start, 2)
        self.start_again()

    def test_a_killed_server_is_started_again_and_its_runs_are_gone(self):
        connection = self.rig.begin(self.rig.script("f/t/family.sh", FAMILY), self.shared())
        family = self.pids("family")
        killed = self.rig.server_pid
        os.kill(killed, signal.SIGKILL)
        self.assert_gone(family, 2)
        self.assertTrue(wait_until(lambda: self.rig.server_pid not in (None, killed), 5))
        self.expect(self.rig.run(self.rig.prints("f/t/one", "1"), timeout=10), 200, body="1")
        connection.close()

    def test_what_hid_from_a_killed_server_is_gone_too(self):
        connection = self.rig.begin(self.rig.script("f/t/hides.py", HIDER), self.shared())
        hidden = self.pids("hidden")
        killed = self.rig.server_pid
        os.kill(killed, signal.SIGKILL)
        self.assert_gone(hidden, 2)
        connection.close()
        self.assertTrue(wait_until(lambda: self.rig.server_pid not in (None, killed), 5))

    def test_a_killed_keeper_leaves_nothing_and_the_next_start_works(self):
        connection = self.rig.begin(self.rig.script("f/t/family.sh", FAMILY), self.shared())
        family = self.pids("family")
        server = self.rig.server_pid
        os.kill(self.rig.keeper_pid, signal.SIGKILL)
        self.rig.server.wait()
        self.assert_gone([server] + family, 5)
        connection.close()
        self.start_again()

    def test_a_killed_server_and_then_its_killed_keeper_leave_nothing(self):
        connections = [self.rig.begin(self.rig.script("f/t/family.sh", FAMILY), self.shared()),
                       self.rig.begin(self.rig.script("f/t/hides.py", HIDER), self.shared())]
        everybody = self.pids("family") + self.pids("hidden")
        killed = self.rig.server_pid
        os.kill(killed, signal.SIGKILL)
        self.assertTrue(wait_until(lambda: self.rig.server_pid not in (None, killed), 5))
        second = self.rig.server_pid
        os.kill(self.rig.keeper_pid, signal.SIGKILL)
        self.rig.server.wait()
        self.assert_gone(everybody + [second], 5)
        self.start_again()
        for connection in connections:
            connection.close()

    def test_what_outlived_both_at_once_is_gone_with_the_next_start(self):
        connection = self.rig.begin(self.rig.script("f/t/family.sh", FAMILY), self.shared())
        family = self.pids("family")
        server, keeper = self.rig.server_pid, self.rig.keeper_pid
        os.kill(server, signal.SIGKILL)
        os.kill(keeper, signal.SIGKILL)
        self.rig.server.wait()
        self.assert_gone(family[:1] + [server], 2)
        self.start_again()
        self.assert_gone(family, 2)
        self.assertTrue(wait_until(lambda: not self.rig.run_folders(), 2), self.rig.run_folders())
        connection.close()

    def test_the_socket_is_not_for_everyone(self):
        self.assertEqual(os.stat(self.rig.socket).st_mode & 0o777, 0o660)


class Stops(EndingCase):
    settings = {"stop_s": 1, "read_ms": 60_000}

    def test_a_stop_answers_every_request_that_has_arrived(self):
        with contextlib.ExitStack() as stack:
            wires = [stack.enter_context(self.rig.fastcgi()) for _ in range(64)]
            for wire in wires:
                wire.request(variables("GET", "/api/version"), keep=True)
            self.rig.server.send_signal(signal.SIGTERM)
            answers = [wire.answer() for wire in wires]
        self.assertEqual([answer is not None and "Status: 200" in answer[0] for answer in answers], [True] * 64)
        self.assertEqual(self.rig.server.wait(10), 0)
        self.rig.start_server()

    def test_half_sent_requests_do_not_hold_up_a_stop(self):
        with contextlib.ExitStack() as stack:
            for _ in range(32):
                stack.enter_context(self.rig.fastcgi()).send(b"\x01\x01\x00\x01")
            self.rig.server.send_signal(signal.SIGTERM)
            self.assertEqual(self.rig.server.wait(15), 0)
        self.rig.start_server()

    def test_uploads_that_stall_do_not_hold_up_a_stop(self):
        script = run_url(self.rig.script("f/t/takes.py", "def main(**args): pass"))
        with contextlib.ExitStack() as stack:
            for kind, body in (("application/json", b'{"a":'),
                               ("multipart/form-data; boundary=b", b'--b\r\nContent-Disposition: form-data; name="f"; '
                                                                   b'filename="x"\r\n\r\n' + b"x" * 60_000)):
                wire = stack.enter_context(self.rig.fastcgi())
                given = variables("POST", script, TOKEN, CONTENT_LENGTH="1000000", CONTENT_TYPE=kind)
                wire.send(begin(), record(PARAMS, pairs(given)), record(PARAMS), record(STDIN, body),
                          record(STDIN, b"x" * 60_000))
            self.assertTrue(wait_until(lambda: any(Path(self.rig.home / "run/jobs").glob("*/*/1")), 20))
            self.rig.server.send_signal(signal.SIGTERM)
            self.assertEqual(self.rig.server.wait(15), 0)
        self.rig.start_server()

    def test_who_connects_during_a_stop_is_refused_at_once(self):
        connection = self.rig.begin(self.rig.script("f/t/family.sh", FAMILY), self.shared())
        self.pids("family")
        self.rig.server.send_signal(signal.SIGTERM)
        self.assertTrue(wait_until(lambda: not os.path.exists(self.rig.socket), 1))
        self.expect(self.rig.call("GET", "/api/version", timeout=5), 502)
        connection.close()
        self.assertEqual(self.rig.server.wait(10), 0)
        self.rig.start_server()

    def test_a_second_signal_ends_what_runs(self):
        connection = self.rig.begin(self.rig.script("f/t/family.sh", FAMILY), self.shared())
        family = self.pids("family")
        self.rig.server.send_signal(signal.SIGTERM)
        self.rig.server.send_signal(signal.SIGINT)
        self.assertEqual(self.rig.server.wait(10), 0)
        self.assert_gone(family, 1)
        connection.close()
        self.rig.start_server()


class TwoServers(EndingCase):
    def test_a_second_server_does_not_take_the_socket(self):
        second = [PROGRAM, "serve", "--config", str(self.rig.home / "towermill.yaml")]
        # It waits a while: the first one may be about to go.
        ended = subprocess.run(second, stdin=subprocess.DEVNULL, capture_output=True, timeout=30)
        self.assertNotEqual(ended.returncode, 0)
        self.assertIn(self.rig.socket.encode(), ended.stderr)
        self.expect(self.rig.run(self.rig.prints("f/t/one", "1")), 200, body="1")
