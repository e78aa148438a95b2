"""Ten ways in which programs of this kind have failed, each tried on ours."""

import contextlib
import json
import socket
import struct
import threading
import time

import processes
from case import RigCase, each
from fastcgi import GET_VALUES, PARAMS, STDIN, begin, length, pairs, record, variables
from rig import SERVER_SECRET, TOKEN, run_url, wait_until


class HostileRecords(RigCase):
    settings = {"read_ms": 1000}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.path = cls.rig.prints("f/t/one", "1")

    def assert_unharmed(self, pid):
        self.expect(self.rig.run(self.path), 200, body="1")
        self.assertEqual(self.rig.server_pid, pid, "the server was restarted")

    # (what, records)
    @each(
        [
            (f"{a:#x} and {b:#x}",
             [begin(), record(PARAMS, length(a, True) + length(b, True) + b"x" * 64), record(PARAMS)])
            for a, b in ((0x7FFFFFFE, 0x7FFFFFFE), (0x7FFFFFFF, 0x7FFFFFFF), (0x40000000, 0x3FFFFFFF), (0x7FFFFFFF, 1),
                         (0, 0x7FFFFFFF), (70_000, 0))
        ]
        + [
            ("nothing", []),
            ("half a header", [b"\1\1\0"]),
            ("another protocol", [b"GET / HTTP/1.1\r\n\r\n"]),
            ("another version", [record(1, struct.pack("!HB5x", 1, 0), version=9)]),
            ("a management record", [record(GET_VALUES, pairs({"A" * 5000: ""}), request=0)]),
            ("a management record within a request",
             [begin(), record(GET_VALUES, pairs({"FCGI_MAX_CONNS": ""}), request=0)]),
            ("an unknown type", [begin(), record(99, b"x" * 100)]),
            ("params before begin", [record(PARAMS, pairs({"A": "b"}))]),
            ("two begins", [begin(), begin()]),
            ("another request's params", [begin(), record(PARAMS, pairs({"A": "b"}), request=2)]),
            ("params that end inside a pair", [begin(), record(PARAMS, b"\x05\x05ab"), record(PARAMS), record(STDIN)]),
            ("a short begin", [record(1, b"\0")]),
            ("request number 0", [begin(request=0)]),
            ("two megabytes of params",
             [begin()] + [record(PARAMS, pairs({f"HTTP_X_{n}": "x" * 60_000})) for n in range(35)] + [record(PARAMS)]),
        ]
    )
    def record_lengths_and_orders_do_not_kill_the_server(self, records):
        pid = self.rig.server_pid
        with self.rig.fastcgi() as wire:
            wire.send(*records)
            wire.socket.shutdown(socket.SHUT_WR)
            wire.answer()
        self.assert_unharmed(pid)

    def test_a_request_that_never_ends_is_given_up(self):
        with self.rig.fastcgi() as wire:
            wire.send(begin(), record(PARAMS, pairs(variables("POST", run_url(self.path), TOKEN))))
            answer = wire.answer()  # within read_ms; the wire's own patience is 10 s
        self.assertTrue(answer is None or "Status: 400" in answer[0], answer)
        self.assert_unharmed(self.rig.server_pid)

    def test_a_body_that_is_cut_off_runs_nothing(self):
        script = self.rig.script("f/t/marks.sh", f"echo ran >{self.rig.shared}/cut")
        with self.rig.fastcgi() as wire:
            given = variables("POST", run_url(script), TOKEN, b'{"a":1}')
            wire.send(begin(), record(PARAMS, pairs(given)), record(PARAMS), record(STDIN, b'{"a"'), record(STDIN))
            answer = wire.answer()
        self.assertTrue(answer is None or "Status: 400" in answer[0], answer)
        self.assertFalse((self.rig.shared / "cut").exists())

    def test_a_body_longer_than_it_says_runs_nothing(self):
        with self.rig.fastcgi() as wire:
            given = variables("POST", run_url(self.path), TOKEN, b"{}")
            wire.request(given, b"{}" + b"x" * 100)
            answer = wire.answer()
        self.assertTrue(answer is None or "Status: 400" in answer[0], answer)

    def test_an_honest_request_is_answered(self):
        with self.rig.fastcgi() as wire:
            wire.request(variables("POST", run_url(self.path), TOKEN, b"{}"), b"{}")
            head, body = wire.answer()
        self.assertIn("Status: 200", head)
        self.assertEqual(body, b"1")


class Connections(RigCase):
    settings = {"front_threads": 2}

    def expect_at_once(self, path):
        start = time.monotonic()
        self.expect(self.rig.run(path), 200, body="1")
        self.assertLess(time.monotonic() - start, 2)

    def test_idle_open_connections_keep_nobody_waiting(self):
        path = self.rig.prints("f/t/one", "1")
        wires = [self.rig.fastcgi() for _ in range(20)]
        try:
            for wire in wires:
                wire.request(variables("POST", run_url(path), TOKEN), keep=True)
                self.assertIn("Status: 200", wire.answer()[0])
            self.expect_at_once(path)
        finally:
            for wire in wires:
                wire.socket.close()

    def test_silent_connections_keep_nobody_waiting(self):
        path = self.rig.prints("f/t/one", "1")
        wires = [self.rig.fastcgi() for _ in range(50)]
        try:
            self.expect_at_once(path)
        finally:
            for wire in wires:
                wire.socket.close()

    def test_half_a_request_through_nginx_keeps_nobody_waiting(self):
        path = self.rig.prints("f/t/one", "1")
        slow = [socket.create_connection(("127.0.0.1", self.rig.port)) for _ in range(10)]
        try:
            for connection in slow:
                head = f"POST {run_url(path)} HTTP/1.1\r\nHost: x\r\nContent-Length: 99\r\n\r\n"
                connection.sendall(head.encode() + b"{")
            self.expect(self.rig.run(path, timeout=5), 200, body="1")
        finally:
            for connection in slow:
                connection.close()

    def test_nine_hundred_open_connections_are_taken(self):
        path = self.rig.prints("f/t/one", "1")
        wires = []
        try:
            wires = [self.rig.fastcgi() for _ in range(900)]
            self.expect(self.rig.run(path), 200, body="1")
        finally:
            for wire in wires:
                wire.socket.close()


class Scripts(RigCase):
    def test_writing_a_megabyte_before_reading_one_is_no_deadlock(self):
        program = self.rig.script("f/t/writes_first", """
            #!/usr/bin/python3
            import sys

            sys.stdout.write(" " * 1_000_000)
            sys.stdout.flush()
            print(len(sys.stdin.read()))
        """)
        answer = self.rig.run(program, {"a": "x" * 1_000_000}, timeout=10)
        self.expect(answer, 200, body="1000009")

    def test_a_background_child_that_holds_stdout_delays_nothing(self):
        for file, source in (
            ("f/t/holds.sh", "sleep 4 &\necho done"),
            ("f/t/holding_program", "#!/bin/sh\nsleep 4 &\nprintf done\n"),
        ):
            start = time.monotonic()
            self.expect(self.rig.run(self.rig.script(file, source)), 200, body='"done"')
            self.assertLess(time.monotonic() - start, 2)

    def test_fastcgi_parameters_are_not_the_scripts_environment(self):
        path = self.rig.script("f/t/environment", "#!/bin/sh\ncat /proc/self/environ\n")
        hostile = {"HTTP_PROXY": "evil", "http_proxy": "evil", "LD_PRELOAD": "/tmp/evil.so", "BASH_ENV": "/tmp/evil",
                   "BASH_FUNC_echo%%": "() { evil; }", "PATH": "/tmp/evil", "PYTHONSTARTUP": "/tmp/evil"}
        with self.rig.fastcgi() as wire:
            wire.request(variables("POST", run_url(path), TOKEN) | hostile)
            head, body = wire.answer()
        self.assertIn("Status: 200", head)
        self.assertNotIn(b"evil", body)
        self.assertNotIn(SERVER_SECRET.encode(), body)

    def test_script_filename_names_nothing_to_run(self):
        with self.rig.fastcgi() as wire:
            given = {"SCRIPT_FILENAME": "/usr/bin/id", "SCRIPT_NAME": "/usr/bin/id", "DOCUMENT_ROOT": "/"}
            wire.request(variables("GET", "/", TOKEN) | given)
            head, body = wire.answer()
        self.assertIn("Status: 404", head)
        self.assertNotIn(b"uid=", body)

    def test_who_may_not_call_is_never_answered_200(self):
        path = self.rig.prints("f/t/one", "1")
        for token in (None, "wrong", ""):
            self.expect(self.rig.run(path, token=token), 401)

    def test_args_of_a_megabyte_reach_every_language(self):
        text = "x" * 1_000_000
        for file, source in (
            ("f/t/long.py", "def main(a): return len(a)"),
            ("f/t/long_bash.sh", 'a="$1"\necho "${#a}" >result.json'),
            ("f/t/long_program", "#!/bin/sh\nwc -c\n"),
        ):
            answer = self.rig.run(self.rig.script(file, source), {"a": text})
            self.expect(answer, 200)
            self.assertGreaterEqual(json.loads(answer.text), 1_000_000)


class Crowds(RigCase):
    settings = {"caller_requests_at_once": 0, "runs_at_once": 4, "waiting_limit": 300, "waiting_ms": 30_000}

    def test_no_more_run_at_once_than_the_setting_says(self):
        script = self.rig.script("f/t/crowd.sh", f"""
            echo x >>{self.rig.shared}/started
            sleep 0.3
            echo done
        """)
        connections = [self.rig.begin(script) for _ in range(40)]
        most = 0
        try:
            end = time.monotonic() + 1.5
            while time.monotonic() < end:
                running = [p for p in processes.children(self.rig.server_pid) if "sleep" not in processes.command(p)]
                most = max(most, len([p for p in running if processes.is_alive(p)]))
                time.sleep(0.02)
            self.assertGreaterEqual(most, 2)
            self.assertLessEqual(most, 4)
            replies = [connection.recv(65536) for connection in connections]
            self.assertEqual([reply[:15] for reply in replies], [b"HTTP/1.1 200 OK"] * 40)
        finally:
            for connection in connections:
                connection.close()
        self.assertTrue(wait_until(lambda: not processes.zombies(self.rig.server_pid), 2))


class NoTimeToWait(RigCase):
    # A worker is free again a little after its answer: one of so many is, also on a busy machine.
    settings = {"waiting_ms": 0, "runs_at_once": 16}

    def test_a_free_worker_refuses_nobody(self):
        path = self.rig.prints("f/t/one", "1")
        self.assertEqual([self.rig.run(path).status for _ in range(60)], [200] * 60)


class SlowReaders(RigCase):
    settings = {"write_ms": 1000}

    def test_an_answer_taken_a_little_at_a_time_is_given_up(self):
        path = self.rig.script("f/t/long.py", "def main(): return 'x' * 8_000_000")
        with self.rig.fastcgi() as wire:
            wire.request(variables("POST", run_url(path), TOKEN))
            taken = 0
            for _ in range(100):
                time.sleep(0.1)
                piece = wire.socket.recv(4096)
                if not piece:
                    break
                taken += len(piece)
        self.assertTrue(wait_until(lambda: not self.rig.run_folders(), 5))
        self.assertLess(taken, 8_000_000)
        self.assertTrue(wait_until(lambda: '"sent":"no"' in self.rig.log(), 10))


class Tricklers(RigCase):
    settings = {"front_threads": 2, "body_limit_bytes": 1000}

    def test_a_refused_sender_that_goes_on_byte_by_byte_holds_nobody(self):
        with contextlib.ExitStack() as stack:
            wires = [stack.enter_context(self.rig.fastcgi()) for _ in range(4)]
            given = variables("POST", "/api/version", TOKEN) | {"CONTENT_LENGTH": "5000"}
            for wire in wires:
                wire.send(begin(), record(PARAMS, pairs(given)), record(PARAMS))
            stopped = threading.Event()
            trickle = threading.Thread(target=self.trickle, args=(wires, stopped))
            trickle.start()
            try:
                time.sleep(0.5)
                self.expect(self.rig.call("GET", "/api/version", timeout=5), 200)
            finally:
                stopped.set()
                trickle.join()

    def trickle(self, wires, stopped):
        while not stopped.wait(0.05):
            for wire in wires:
                wire.send(b"x")
