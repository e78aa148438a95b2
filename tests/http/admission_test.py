"""How many runs there may be at once, and whose turn it is."""

import contextlib

from case import RigCase
from rig import wait_until

# Says that it runs, and goes on until it may end.
HELD = """
    folder="$1"
    name="$2"
    echo "$name" >>"$folder/started"
    until [ -e "$folder/end" ]; do sleep 0.02; done
    echo "$name"
"""


class AdmissionCase(RigCase):
    def setUp(self):
        self.connections = self.enterContext(contextlib.ExitStack())
        for file in self.rig.shared.iterdir():
            file.unlink()

    def held(self, path, yaml=None):
        return self.rig.script(path + ".sh", HELD, yaml=yaml)

    def begin(self, path, name="x"):
        connection = self.rig.begin(path, {"folder": str(self.rig.shared), "name": name})
        return self.connections.enter_context(contextlib.closing(connection))

    def started(self):
        file = self.rig.shared / "started"
        return file.read_text().split() if file.exists() else []

    def wait_for_started(self, count):
        self.assertTrue(wait_until(lambda: len(self.started()) >= count, 20), self.started())

    def wait_for_waiting(self, count):
        self.assertTrue(wait_until(lambda: self.load()["waiting"] == count, 20), self.load())

    def load(self):
        return self.rig.call("GET", "/api/health/status").json()

    def end_all(self):
        (self.rig.shared / "end").touch()

    def statuses(self, connections):
        return [int(connection.recv(65536).split()[1]) for connection in connections]


class OfOneScript(AdmissionCase):
    settings = {"runs_at_once": 8, "waiting_limit": 2, "waiting_ms": 60_000}

    def test_no_more_run_than_its_concurrent_limit_and_others_run_on(self):
        limited = self.held("f/t/limited", yaml="concurrent_limit: 2\n")
        first = [self.begin(limited) for _ in range(2)]
        self.wait_for_started(2)
        first.append(self.begin(limited))
        self.wait_for_waiting(1)
        self.expect(self.rig.run(self.rig.prints("f/t/other", "1")), 200, body="1")
        self.assertEqual(len(self.started()), 2)
        self.end_all()
        self.assertEqual(self.statuses(first), [200] * 3)

    def test_a_refusal_names_the_limit(self):
        limited = self.held("f/t/limited", yaml="concurrent_limit: 1\nconcurrency_time_window_s: 1\n")
        connections = [self.begin(limited)]
        self.wait_for_started(1)
        connections += [self.begin(limited) for _ in range(2)]
        self.wait_for_waiting(2)
        answer = self.rig.run(limited, {"folder": str(self.rig.shared)})
        self.expect_text(answer, 503, "Busy: the waiting line is full, waiting_limit 2; it waits for the script's "
                                      "concurrent_limit 1 in concurrency_time_window_s 1")
        # Two wait already, and each run counts for a second after its end.
        self.assertEqual(answer.header("Retry-After"), "3")
        self.end_all()
        self.assertEqual(self.statuses(connections), [200] * 3)

    def test_within_its_window_no_more_run_than_its_limit(self):
        path = self.rig.script("f/t/seldom.sh", 'date +%s%N >result.json',
                               yaml="concurrent_limit: 1\nconcurrency_time_window_s: 1\n")
        times = [self.rig.run(path).json() for _ in range(3)]
        self.assertGreaterEqual(times[1] - times[0], 1_000_000_000)
        self.assertGreaterEqual(times[2] - times[1], 1_000_000_000)

    def test_a_limit_of_zero_is_an_error_that_names_it(self):
        path = self.rig.script("f/t/never.sh", "true", yaml="concurrent_limit: 0\n")
        answer = self.rig.run(path)
        self.assertEqual(answer.status, 500)
        self.assertIn("concurrent_limit", answer.text)

    def test_who_hangs_up_in_the_line_is_logged_at_once(self):
        limited = self.held("f/t/limited", yaml="concurrent_limit: 1\n")
        running = self.begin(limited)
        self.wait_for_started(1)
        self.begin(limited)
        leaves = self.begin(limited)
        self.wait_for_waiting(2)
        leaves.close()
        self.wait_for_waiting(1)
        self.end_all()
        self.assertEqual(self.statuses([running]), [200])


class OfOneWorkspace(AdmissionCase):
    settings = {"runs_at_once": 8, "workspace_runs_at_once": 1, "waiting_limit": 5, "waiting_ms": 300}

    def test_no_more_run_than_its_share(self):
        held = self.held("f/t/held")
        running = self.begin(held)
        self.wait_for_started(1)
        self.expect_text(self.rig.run(self.rig.prints("f/t/one", "1")), 503,
                         "Busy: the request waited longer than waiting_ms 300 for workspace_runs_at_once 1")
        self.end_all()
        self.assertEqual(self.statuses([running]), [200])


class Floods(AdmissionCase):
    settings = {"runs_at_once": 1, "waiting_limit": 6, "waiting_ms": 60_000}

    def test_a_flood_at_one_script_delays_anothers_by_its_turn_alone(self):
        flood, other = self.held("f/t/flood"), self.held("f/t/other")
        connections = [self.begin(flood, "flood")]
        self.wait_for_started(1)
        connections += [self.begin(flood, "flood") for _ in range(6)]
        self.wait_for_waiting(6)
        late = [self.begin(other, "other") for _ in range(2)]
        self.assertTrue(wait_until(lambda: len(self.refusals()) == 2, 20), "two of the flood make room")
        self.end_all()
        self.assertEqual(self.statuses(late), [200] * 2)
        self.assertEqual(sorted(self.statuses(connections)), [200] * 5 + [503] * 2)
        self.assertEqual(self.started(), ["flood", "flood", "other", "flood", "other", "flood", "flood"])

    def refusals(self):
        return [line for line in self.rig.log().splitlines() if '"status":503' in line]
