"""Scripts that run by their schedules."""

import contextlib
import json
import os
import signal
import sqlite3
import subprocess
import time
import unittest

from commands import Commands
from jobs_test import JobsCase
from rig import PROGRAM, end, wait_until


class SchedulesCase(JobsCase):
    def schedule(self, path, script, pattern="* * * * * *", **more):
        """Writes the file of a schedule, by default of every second."""
        keys = {"schedule": pattern, "timezone": "UTC", "enabled": True, "script_path": script, "is_flow": False,
                "args": {}, "cron_version": "v2"}
        target = self.rig.workspace / f"{path}.schedule.yaml"
        fresh = target.with_name(f".{target.name}")
        fresh.write_text(json.dumps(keys | more))
        fresh.rename(target)
        self.addCleanup(target.unlink, missing_ok=True)
        return target

    def jobs_of(self, path, status=None):
        """The rows of a schedule's jobs, in the order of their moments; status is a place in STATUS."""
        rows = []
        # Before the first job there is no table.
        with self.database() as database, contextlib.suppress(sqlite3.OperationalError):
            rows = database.execute("SELECT * FROM job WHERE trigger_path = ? ORDER BY scheduled_for", [path])
            rows = rows.fetchall()
        return [row for row in rows if status is None or row["status"] == status]

    def wait_for_runs(self, path, count, status=2):
        self.assertTrue(wait_until(lambda: len(self.jobs_of(path, status)) >= count, 60), self.rig.log()[-3000:])
        return self.jobs_of(path, status)

    def stop_server(self):
        self.rig.server.send_signal(signal.SIGTERM)
        self.rig.server.wait(20)

    def expect_each_once(self, path):
        moments = [row["scheduled_for"] for row in self.jobs_of(path)]
        self.assertEqual(len(moments), len(set(moments)))


class Schedules(SchedulesCase):
    def test_a_script_runs_when_its_schedule_says_so(self):
        script = self.rig.script("f/t/tells.py", """
            import os
            def main(**args): return [args, os.environ["WM_SCHEDULE_PATH"], os.environ["WM_SCHEDULED_FOR"]]""")
        self.schedule("f/t/often", script, args={"a": 1})
        job = self.wait_for_runs("f/t/often", 2)[0]
        self.assertEqual((job["trigger_kind"], job["created_by"]), ("schedule", "schedule-f-t-often"))
        self.assertEqual(job["scheduled_for"] % 1000, 0)
        self.assertGreaterEqual(job["started_at"], job["scheduled_for"])
        told = self.rig.call("GET", f"/api/w/demo/jobs_u/get/{job['id']}").json()
        self.assertEqual((told["schedule_path"], told["trigger_kind"]), ("f/t/often", "schedule"))
        args, path, moment = told["result"]
        self.assertEqual((args, path), ({"a": 1}, "f/t/often"))
        self.assertEqual(moment, time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(job["scheduled_for"] / 1000)))
        self.expect_each_once("f/t/often")

    def test_one_that_is_changed_is_done_as_it_says_now(self):
        self.schedule("f/t/changed", self.echo, "0 0 0 1 1 *", args={"a": 1})
        self.wait_for_runs("f/t/changed", 1, status=0)
        self.schedule("f/t/changed", self.echo, args={"a": 2})
        job = self.wait_for_runs("f/t/changed", 1)[0]
        self.assertEqual(self.ended(job["id"])[1], {"a": 2})
        reasons = [row["canceled_reason"] for row in self.jobs_of("f/t/changed", 4)]
        self.assertEqual(reasons, ["its schedule has changed"])

    def test_one_that_is_gone_or_not_enabled_starts_nothing_more(self):
        gone = self.schedule("f/t/gone", self.echo)
        self.schedule("f/t/off", self.echo, enabled=False)
        self.wait_for_runs("f/t/gone", 1)
        gone.unlink()
        # The moments go on until the change is seen, and no further.
        newest = lambda: self.jobs_of("f/t/gone")[-1]["scheduled_for"]  # noqa: E731
        self.assertTrue(wait_until(lambda: newest() < (time.time() - 5) * 1000, 60))
        self.assertEqual(self.jobs_of("f/t/off"), [])

    def test_a_run_is_of_the_version_that_is_there_by_then(self):
        script = self.rig.script("f/t/edited.py", "def main(): return 1")
        self.schedule("f/t/edited", script)
        self.wait_for_runs("f/t/edited", 1)
        self.rig.script("f/t/edited.py", "def main(): return 2")
        self.assertTrue(wait_until(lambda: self.ended(self.jobs_of("f/t/edited", 2)[-1]["id"])[1] == 2, 60))

    def test_a_script_that_is_not_there_makes_its_jobs_fail(self):
        self.schedule("f/t/nothing", "f/t/nothing")
        job = self.wait_for_runs("f/t/nothing", 1, status=3)[0]
        self.assertIn("there is no script f/t/nothing", json.dumps(self.ended(job["id"])[1]))

    def test_what_must_not_overlap_waits_for_the_run_before(self):
        script = self.rig.script("f/t/long.py", "import time\ndef main(): time.sleep(2.5)")
        self.schedule("f/t/long", script, no_flow_overlap=True)
        jobs = self.wait_for_runs("f/t/long", 3)
        for before, after in zip(jobs, jobs[1:]):
            self.assertGreaterEqual(after["started_at"], before["completed_at"])

    def test_a_file_that_is_wrong_is_told_of_and_nothing_runs_by_it(self):
        self.schedule("f/t/wrong", self.echo, "0 0 25 * * *")
        self.assertTrue(wait_until(lambda: "f/t/wrong.schedule.yaml:1: schedule: the field" in self.rig.log(), 30))
        self.assertEqual(self.jobs_of("f/t/wrong"), [])


class Restarts(SchedulesCase):
    def test_what_was_missed_is_one_run_and_then_it_goes_on(self):
        self.schedule("f/t/missed", self.echo)
        self.wait_for_runs("f/t/missed", 1)
        self.stop_server()
        stopped = time.time() * 1000
        time.sleep(4)
        started = time.time() * 1000
        self.rig.start_server()
        done = self.wait_for_runs("f/t/missed", len(self.jobs_of("f/t/missed")) + 2)
        missed = [row for row in done if stopped < row["scheduled_for"] < started - 1000]
        self.assertLessEqual(len(missed), 2)
        self.expect_each_once("f/t/missed")

    def test_two_processes_and_kills_double_nothing(self):
        note = self.rig.script("f/t/note.py", """
            import os
            def main(folder): open(os.path.join(folder, os.environ["WM_SCHEDULED_FOR"]), "a").write("r")""")
        self.schedule("f/t/note", note, args={"folder": str(self.rig.shared)})
        worker = subprocess.Popen([PROGRAM, "worker", "--config", str(self.rig.home / "towermill.yaml")],
                                  stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.addCleanup(end, worker, signal.SIGTERM, 20)
        for count in range(1, 5):
            self.wait_for_runs("f/t/note", 2 * count)
            server = self.rig.server_pid
            os.kill(server, signal.SIGKILL)
            self.assertTrue(wait_until(lambda: self.rig.server_pid not in (None, server), 20))
        self.expect_each_once("f/t/note")
        # A run that a kill has cut short may be done again; each other one is one.
        for row in self.jobs_of("f/t/note", 2):
            if row["attempts"] == 1:
                moment = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(row["scheduled_for"] / 1000))
                self.assertEqual((self.rig.shared / moment).read_text(), "r")


class NotHere(SchedulesCase):
    settings = {"schedules": False}

    def test_a_process_may_leave_schedules_to_others(self):
        self.schedule("f/t/often", self.echo)
        time.sleep(4)
        self.assertEqual(self.jobs_of("f/t/often"), [])


class Check(Commands):
    def test_it_tells_of_schedules(self):
        self.script("f/t/one.py", "def main():\n    return 1")
        right = "timezone: UTC\nscript_path: f/t/one\n"
        for name, yaml in (
            ("a", "schedule: 0 0 0 1 1 *\n" + right),
            ("b", "schedule: 0 0 25 * * *\n" + right),
            ("c", "schedule: 0 0 0 * * *\nenabled: false\n" + right),
            ("d", "schedule: 0 0 0 * * *\ntimezone: UTC\nscript_path: f/t/two\n"),
            ("e.f", ""),
        ):
            (self.workspace / f"f/t/{name}.schedule.yaml").write_text(yaml + ("retry: {}\n" if name == "c" else ""))
        checked = self.check()
        self.assertEqual(checked.returncode, 1)
        self.assertRegex(checked.stdout,
                         r"ok     schedule f/t/a of demo runs f/t/one, next at \d{4}-01-01T00:00:00Z\n")
        for line in (
            'WRONG  demo: f/t/b.schedule.yaml:1: schedule: the field "hour" has "25", but may have numbers '
            "from 0 to 23, *, ranges a-b, steps /n, divided by commas",
            "note   demo: f/t/c.schedule.yaml is not enabled",
            "note   demo: f/t/c.schedule.yaml:5: retry is not supported, and has no effect",
            "WRONG  demo: f/t/d.schedule.yaml runs nothing: there is no script f/t/two",
            "note   demo: f/t/e.f.schedule.yaml is not served: its name has a dot besides those of its ending",
        ):
            self.assertIn(line + "\n", checked.stdout)


if __name__ == "__main__":
    unittest.main()
