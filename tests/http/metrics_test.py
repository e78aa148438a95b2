"""What the server tells Prometheus."""

import json
import os
import subprocess
import threading
import time
from collections import Counter

import processes
from case import RigCase, each
from exposition import Exposition
from rig import PROGRAM, SERVER_SECRET, TOKEN, run_url, wait_until

PATH = "/api/metrics"


class MetricsCase(RigCase):
    def scrape(self):
        answer = self.rig.call("GET", PATH)
        self.expect(answer, 200, "text/plain; version=0.0.4; charset=utf-8")
        return Exposition(answer.text)

    def expect_soon(self, look, expected):
        """A run is counted when it has ended, which may be after its answer."""
        seen = []

        def is_there():
            seen[:] = [look(self.scrape())]
            return seen[0] == expected

        wait_until(is_there, 10)
        self.assertEqual(seen[0], expected)

    def lines(self, event):
        lines = [json.loads(line) for line in self.rig.log().splitlines() if line.startswith("{")]
        return [line for line in lines if line["event"] == event]


class Figures(MetricsCase):
    settings = {"bun": "/nowhere/bun", "javascript": "bun"}

    @classmethod
    def make_rig(cls):
        rig = super().make_rig()
        cls.returns = rig.script("f/t/returns.sh", 'name="$1"\necho "$name"')
        cls.fails = rig.script("f/t/fails.py", "def main(): raise ValueError('scripts-own-word')")
        cls.sleeps = rig.script("f/t/sleeps.sh", f"echo began >{rig.shared}/began\nsleep 30")
        cls.unknown = rig.script("f/t/unknown.js", "export function main() {}")
        return rig

    def setUp(self):
        # What other tests have run is counted by then.
        self.expect_soon(lambda now: now.value("towermill_running"), 0)

    def growth(self, name, *by):
        """How much the sums of a metric have grown since this call: a function to ask later."""
        before = self.scrape().sums(name, *by)

        def grown(now):
            sums = now.sums(name, *by)
            return {key: sums[key] - before.get(key, 0) for key in sums if sums[key] != before.get(key, 0)}

        return grown

    def hang_up(self):
        (self.rig.shared / "began").unlink(missing_ok=True)
        connection = self.rig.begin(self.sleeps)
        self.rig.noted("began")
        connection.close()

    @each(
        [
            ("a success", lambda case: case.rig.run(case.returns), ("success", "process")),
            ("a failure", lambda case: case.rig.run(case.fails), ("failure", "process")),
            ("a timeout", lambda case: case.rig.run(case.sleeps, query="?timeout=1"), ("timeout", "process")),
            ("a hang-up", lambda case: case.hang_up(), ("cancelled", "process")),
            ("args that cannot be given", lambda case: case.rig.run(case.returns, {"name": "\0"}), ("refused", "none")),
            ("no interpreter", lambda case: case.rig.run(case.unknown), ("not started", "none")),
        ]
    )
    def counts_one_run(self, act, expected):
        grown = self.growth("towermill_runs_total", "workspace", "outcome", "way")
        timed = self.growth("towermill_run_seconds_count", "workspace")
        waited = self.growth("towermill_wait_seconds_count")
        act(self)
        self.expect_soon(
            lambda now: [(workspace, outcome, "none" if way == "none" else "process", runs)
                         for (workspace, outcome, way), runs in grown(now).items()],
            [("demo", *expected, 1)],
        )
        now = self.scrape()
        self.assertEqual(timed(now), {("demo",): 1} if expected[1] == "process" else {})
        self.assertEqual(waited(now), {(): 1})

    @each(
        [
            ("the version", "GET", "/api/version", {}, ("version", "2xx")),
            ("the health", "HEAD", "/api/health/status", {}, ("health", "2xx")),
            ("a wrong method", "POST", "/api/version", {}, ("other", "4xx")),
            ("an unknown path", "GET", "/api/nothing", {}, ("other", "4xx")),
            ("an unknown script", "POST", run_url("f/t/nothing"), {}, ("run", "4xx")),
            ("a stranger", "POST", run_url("f/t/returns"), {"token": None}, ("run", "4xx")),
            ("a run", "POST", run_url("f/t/returns"), {}, ("run", "2xx")),
            ("a failed run", "POST", run_url("f/t/fails"), {}, ("run", "4xx")),
            ("no interpreter", "POST", run_url("f/t/unknown"), {}, ("run", "5xx")),
        ]
    )
    def counts_one_request(self, method, path, more, expected):
        grown = self.growth("towermill_requests_total", "endpoint", "status")
        self.rig.call(method, path, **more)
        requests = grown(self.scrape())
        requests.pop(("metrics", "2xx"))  # each scrape counts for the next
        self.assertEqual(requests, {expected: 1})

    def test_a_body_that_is_too_large_is_counted(self):
        grown = self.growth("towermill_requests_total", "endpoint", "status")
        self.assertEqual(self.rig.call("POST", run_url(self.returns), b" " * (16 << 20) + b" ").status, 413)
        self.assertEqual(grown(self.scrape())["run", "4xx"], 1)

    def test_what_is_no_request_is_counted(self):
        grown = self.growth("towermill_broken_requests_total")
        with self.rig.fastcgi() as wire:
            wire.send(b"GET / HTTP/1.1\r\n\r\n")
            wire.answer()
        self.expect_soon(grown, {(): 1})

    def test_nothing_of_a_script_or_a_caller_is_told(self):
        self.rig.run(self.fails, {"name": "callers-own-word"}, query="?token=" + TOKEN)
        text = self.rig.call("GET", PATH).text
        for secret in ("f/t", "fails", TOKEN, "own-word", SERVER_SECRET, str(self.rig.home)):
            self.assertNotIn(secret, text)

    def test_the_server_tells_of_itself(self):
        now = self.scrape()
        pid = self.rig.server_pid
        version = subprocess.run([PROGRAM, "version"], capture_output=True, text=True, check=True).stdout.split()[1]
        self.assertEqual(now.value("towermill_build_info", version=version), 1)
        self.assertLess(abs(now.value("process_start_time_seconds") - time.time()), 3600)
        self.assertGreater(now.value("process_cpu_seconds_total"), 0)
        looks = {"process_open_fds": processes.descriptors, "process_resident_memory_bytes": processes.resident_bytes,
                 "process_threads": lambda process: len(os.listdir(f"/proc/{process}/task"))}
        for name, look in looks.items():
            self.assertTrue(wait_until(lambda: self.is_near(name, look(pid)), 10), (name, look(pid)))

    def is_near(self, name, seen):
        """The scrape itself has a connection; who may not look is content."""
        return seen is None or abs(self.scrape().value(name) - seen) < max(5, seen // 4)


class Log(MetricsCase):
    def test_every_run_and_request_of_the_log_is_in_the_figures(self):
        good = self.rig.script("f/t/good.py", "def main(): return 1")
        bad = self.rig.script("f/t/bad.sh", "exit 3")
        for script in (good, bad, "f/t/nothing", good):
            self.rig.run(script)
        self.rig.run(self.rig.script("f/t/named.sh", 'name="$1"'), {"name": "\0"})
        self.rig.call("POST", run_url(good), b" " * (16 << 20) + b" ")
        self.assertTrue(wait_until(self.agree, 10), (self.runs(), self.requests()))

    def runs(self):
        return Counter((line["workspace"], line["outcome"], line["way"]) for line in self.lines("run"))

    def requests(self):
        return Counter((f"{line['status'] // 100}xx",) for line in self.lines("request"))

    def agree(self):
        now = self.scrape()
        # The log has the scrape's own line, too.
        requests = self.requests() - Counter({("2xx",): 1})
        return now.sums("towermill_runs_total", "workspace", "outcome", "way") == self.runs() and \
            now.sums("towermill_requests_total", "status") == requests


class Busy(MetricsCase):
    settings = {"runs_at_once": 1, "waiting_limit": 1}

    def test_who_runs_waits_and_is_refused_is_told(self):
        go = self.rig.shared / "go"
        script = self.rig.script("f/t/waits.sh", f"until [ -e {go} ]; do sleep 0.05; done")
        first = self.rig.begin(script)
        self.expect_soon(self.load, (1, 0))
        second = self.rig.begin(script)
        self.expect_soon(self.load, (1, 1))
        self.assertEqual(self.rig.run(script).status, 503)
        self.expect_soon(lambda now: now.sums("towermill_refusals_total", "reason"), {("no_room",): 1})
        second.close()
        go.touch()
        self.expect_soon(self.load, (0, 0))
        self.expect_soon(lambda now: now.sums("towermill_refusals_total", "reason"), {("no_room",): 1, ("left",): 1})
        self.assertEqual(self.scrape().value("towermill_runs_at_once"), 1)
        first.close()

    def load(self, now):
        return now.value("towermill_running"), now.value("towermill_waiting")


class Late(MetricsCase):
    settings = {"runs_at_once": 1, "waiting_limit": 1, "waiting_ms": 100}

    def test_who_waited_too_long_is_told(self):
        go = self.rig.shared / "go"
        script = self.rig.script("f/t/waits.sh", f"until [ -e {go} ]; do sleep 0.05; done")
        first = self.rig.begin(script)
        self.expect_soon(lambda now: now.value("towermill_running"), 1)
        self.assertEqual(self.rig.run(script).status, 503)
        self.expect_soon(lambda now: now.sums("towermill_refusals_total", "reason"), {("too_late",): 1})
        go.touch()
        self.expect_soon(lambda now: now.value("towermill_running"), 0)
        first.close()


class Load(MetricsCase):
    def test_scrapes_under_load_are_whole_and_count_up(self):
        script = self.rig.script("f/t/quick.sh", "echo 1")
        answers = []
        callers = [threading.Thread(target=lambda: answers.extend(self.rig.run(script).status for _ in range(25)))
                   for _ in range(4)]
        for caller in callers:
            caller.start()
        before = self.scrape().counters()
        while any(caller.is_alive() for caller in callers):
            now = self.scrape().counters()
            self.assertEqual([key for key in before if now[key] < before[key]], [])
            before = now
        self.assertEqual(answers, [200] * 100)
        self.expect_soon(lambda told: sum(told.sums("towermill_runs_total", "outcome").values()), 100)
        self.expect_soon(lambda told: told.value("towermill_run_seconds_count", workspace="demo"), 100)


class Access(MetricsCase):
    def test_it_needs_a_token(self):
        for token in (None, "wrong"):
            answer = self.rig.call("GET", PATH, token=token)
            self.expect_text(answer, 401, "Unauthorized")
            self.assertEqual(answer.header("WWW-Authenticate"), "Bearer")

    def test_head_has_no_body(self):
        self.expect(self.rig.call("HEAD", PATH), 200, body="")

    def test_another_method_is_405(self):
        answer = self.rig.call("POST", PATH, "{}")
        self.expect_text(answer, 405, "Method not allowed: this path takes GET, HEAD, OPTIONS")
        self.assertEqual(answer.header("Allow"), "GET, HEAD, OPTIONS")


class AtTheRoot(MetricsCase):
    """nginx's own location for it, still with a token."""

    uncomment = ("metrics",)

    def test_it_needs_a_token_there_too(self):
        self.expect_text(self.rig.call("GET", "/metrics", token=None), 401, "Unauthorized")
        self.expect(self.rig.call("GET", "/metrics"), 200)


class Open(MetricsCase):
    settings = {"metrics": "open"}
    uncomment = ("metrics",)

    def test_it_needs_no_token_at_the_root(self):
        answer = self.rig.call("GET", "/metrics", token=None)
        self.expect(answer, 200)
        Exposition(answer.text)

    def test_what_everybody_can_reach_needs_a_token(self):
        self.expect_text(self.rig.call("GET", PATH, token=None), 401, "Unauthorized")
        self.scrape()


class Off(MetricsCase):
    settings = {"metrics": "off"}
    uncomment = ("metrics",)

    @each([(path, path) for path in ("/metrics", PATH)])
    def is_nowhere(self, path):
        self.expect_text(self.rig.call("GET", path), 404, "Not found: there are no metrics here")
