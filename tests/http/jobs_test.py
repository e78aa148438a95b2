"""Jobs that run later: what is answered, and what is kept."""

import contextlib
import json
import os
import re
import signal
import sqlite3
import subprocess
import uuid

import processes
from case import RigCase, each
from rig import PROGRAM, end, wait_until

STATUS = ["queued", "running", "success", "failure", "canceled", "skipped"]

UUID = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"


class JobsCase(RigCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.echo = cls.rig.script("f/t/echo.py", "def main(**args): return args")

    def post(self, script, body="{}", query="", **more):
        more["headers"] = {"Content-Type": "application/json"} | more.get("headers", {})
        return self.rig.call("POST", f"/api/w/demo/jobs/run/p/{script}{query}", body, **more)

    def database(self):
        """What jobs are kept in, for a look."""
        database = sqlite3.connect(self.rig.home / "run/jobs.db")
        database.row_factory = sqlite3.Row
        return contextlib.closing(database)

    def kept(self, job_id):
        """The job's row."""
        with self.database() as database:
            return database.execute("SELECT * FROM job WHERE id = ?", [job_id]).fetchone()

    def ended(self, job_id, seconds=30):
        """The job's row, once it is over, and its result and log."""
        self.assertTrue(wait_until(lambda: self.kept(job_id)["completed_at"], seconds), self.rig.log()[-3000:])
        with self.database() as database:
            result, log = database.execute("SELECT result, log FROM job_text WHERE job_id = ?", [job_id]).fetchone()
        return self.kept(job_id), json.loads(result), log

    def run_later(self, script, args=None, query="", **more):
        answer = self.post(script, json.dumps(args or {}), query, **more)
        self.expect(answer, 201)
        return answer.text


class Answers(JobsCase):
    def test_the_answer_is_the_bare_id_of_the_job(self):
        answer = self.post(self.echo)
        self.expect(answer, 201, "text/plain; charset=utf-8")
        self.assertRegex(answer.text, f"^{UUID}$")
        self.assertEqual(answer.header("X-Towermill-Job"), answer.text)

    def test_a_job_is_kept_with_what_its_caller_asked(self):
        parent = str(uuid.uuid4())
        job = self.kept(self.post(self.echo, query=f"?tag=heavy&parent_job={parent}&invisible_to_owner=true").text)
        self.assertEqual((job["workspace"], job["script_path"], job["tag"]), ("demo", "f/t/echo", "heavy"))
        self.assertEqual((job["parent_job"], job["priority"], job["visible_to_owner"]), (parent, 2, 0))
        self.assertRegex(job["script_hash"], "^[0-9a-f]{16}$")

    def test_a_version_is_run_by_its_hash(self):
        version = self.rig.run(self.echo).header("X-Towermill-Version")
        answer = self.rig.call("POST", f"/api/w/demo/jobs/run/h/{version}", "{}")
        self.expect(answer, 201)
        self.assertEqual(self.kept(answer.text)["script_hash"], version)

    def test_a_caller_may_choose_the_id(self):
        job_id = str(uuid.uuid4())
        self.expect(self.post(self.echo, query=f"?job_id={job_id.upper()}"), 201, None, job_id)
        self.expect_text(self.post(self.echo, query=f"?job_id={job_id}"), 400,
                         f"Bad request: A job with this id already exists: {job_id}")

    def test_a_queue_that_is_too_long_for_the_caller_is_503(self):
        later = [self.post(self.echo, query="?scheduled_in_secs=1000") for _ in range(3)]
        self.assertEqual([answer.status for answer in later], [201] * 3)
        self.expect(self.post(self.echo, query="?queue_limit=1000"), 201)

    @each([
        ("job_id", "?job_id=1", "the query parameter job_id must be a UUID"),
        ("limit", "?queue_limit=many", 'the query parameter queue_limit is a whole number, not "many"'),
    ])
    def bad_wish(self, query, sentence):
        self.expect_text(self.post(self.echo, query=query), 400, f"Bad request: {sentence}")

    def test_what_cannot_be_run_is_refused_as_elsewhere(self):
        self.expect_text(self.post("f/t/none"), 404, "Not found: script not found at name f/t/none")
        self.expect_text(self.post(self.echo, token="wrong"), 401, "Unauthorized")
        self.expect_text(self.post(self.echo, token="wrong", query="?job_id=1"), 401, "Unauthorized")
        self.assertTrue(re.match("Bad request: invalid json", self.post(self.echo, "{").text))
        self.expect(self.rig.call("GET", f"/api/w/demo/jobs/run/p/{self.echo}"), 405)
        self.expect(self.rig.call("HEAD", f"/api/w/demo/jobs/run/p/{self.echo}"), 200)


class Records(JobsCase):
    settings = {"keep_jobs": "all"}

    def test_a_synchronous_run_is_kept_with_its_result(self):
        job_id = self.rig.run(self.echo, {"a": 1}).header("X-Towermill-Job")
        self.assertTrue(wait_until(lambda: self.kept(job_id), 10))
        job, result, _ = self.ended(job_id)
        self.assertEqual((STATUS[job["status"]], result), ("success", {"a": 1}))

    def test_a_script_may_have_nothing_kept(self):
        secret = self.rig.script("f/t/secret.py", "def main(**args): return args", "delete_after_use: true")
        job_id = self.rig.run(secret, {"a": 1}).header("X-Towermill-Job")
        other = self.rig.run(self.echo).header("X-Towermill-Job")
        self.assertTrue(wait_until(lambda: self.kept(other), 10))
        self.assertIsNone(self.kept(job_id))


class RecordsOfFailures(JobsCase):
    def test_only_what_failed_is_kept_of_synchronous_runs(self):
        fails = self.rig.script("f/t/fails.py", "def main(): raise ValueError('no cheese')")
        fine = self.rig.run(self.echo).header("X-Towermill-Job")
        failed = self.rig.run(fails).header("X-Towermill-Job")
        self.assertTrue(wait_until(lambda: self.kept(failed), 10))
        self.assertEqual(self.ended(failed)[1]["error"]["message"], "no cheese")
        self.assertIsNone(self.kept(fine))


class WorkerOfItsOwn(JobsCase):
    settings = {"job_runs_at_once": 0}

    def test_a_worker_runs_what_a_server_only_keeps(self):
        job_id = self.run_later(self.echo, {"a": 1})
        with open(self.rig.home / "worker.log", "wb") as log:
            worker = subprocess.Popen(
                [PROGRAM, "worker", "--config", str(self.rig.home / "towermill.yaml"), "--job-runs-at-once", "2"],
                env={"PATH": "/usr/bin:/bin"}, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        try:
            self.assertEqual(self.ended(job_id)[1], {"a": 1})
        finally:
            end(worker, signal.SIGTERM, 30)
        self.assertEqual(worker.returncode, 0)


class Runs(JobsCase):
    settings = {"job_runs_at_once": 4}

    def test_a_job_runs_with_its_args_and_its_result_and_log_are_kept(self):
        script = self.rig.script("f/t/says.py", "def main(name):\n  print('a word')\n  return {'Hello': name}")
        job, result, log = self.ended(self.run_later(script, {"name": "Ada"}))
        self.assertEqual((STATUS[job["status"]], result, log), ("success", {"Hello": "Ada"}, "a word\n"))
        self.assertRegex(job["worker"], r"^wk-.+-\d+-\d+-")

    def test_a_failure_is_kept_as_windmill_has_it(self):
        script = self.rig.script("f/t/fails.py", "def main(): raise ValueError('no cheese')")
        job, result, _ = self.ended(self.run_later(script))
        self.assertEqual(STATUS[job["status"]], "failure")
        self.assertEqual((result["error"]["name"], result["error"]["message"]), ("ValueError", "no cheese"))

    def test_a_job_runs_the_version_that_it_was_posted_for(self):
        script = self.rig.script("f/t/changes.py", "def main(): return 'old'")
        job_id = self.run_later(script, query="?scheduled_in_secs=1")
        self.rig.script("f/t/changes.py", "def main(): return 'new'")
        self.assertEqual(self.ended(job_id)[1], "old")

    def test_a_job_whose_script_is_gone_fails_with_a_sentence(self):
        script = self.rig.script("f/t/goes.py", "def main(): return 1")
        job_id = self.run_later(script, query="?scheduled_in_secs=1")
        (self.rig.workspace / "f/t/goes.py").unlink()
        job, result, _ = self.ended(job_id)
        self.assertEqual(STATUS[job["status"]], "failure")
        self.assertIn("of f/t/goes is not there any more", result["error"]["message"])

    def test_many_jobs_run_and_each_once(self):
        script = self.rig.script("f/t/many.sh", f'n="$1"\necho "$n" >> {self.rig.shared}/many\n')
        ids = [self.run_later(script, {"n": n}) for n in range(60)]
        for job_id in ids:
            self.ended(job_id)
        self.assertEqual(sorted(map(int, self.rig.noted("many"))), list(range(60)))

    def test_a_script_at_its_limit_does_not_hold_up_others(self):
        waits = self.rig.script("f/t/waits.sh", f"while [ ! -e {self.rig.shared}/go ]; do sleep 0.05; done",
                                "concurrent_limit: 1")
        held = [self.run_later(waits) for _ in range(12)]
        self.assertEqual(self.ended(self.run_later(self.echo, {"a": 1}))[1], {"a": 1})
        self.assertTrue(wait_until(lambda: sum(self.kept(job_id)["status"] == 1 for job_id in held) == 1, 10))
        (self.rig.shared / "go").touch()
        for job_id in held:
            self.ended(job_id)

    def test_a_job_that_another_process_cancels_ends_within_a_moment(self):
        script = self.rig.script("f/t/long.sh", f"sleep 1000 & echo $! > {self.rig.shared}/long; wait")
        job_id = self.run_later(script)
        pid = int(self.rig.noted("long")[0])
        with contextlib.closing(sqlite3.connect(self.rig.home / "run/jobs.db", timeout=10)) as database:
            database.execute("UPDATE job SET canceled_by = 'u', canceled_reason = 'r' WHERE id = ?", [job_id])
            database.commit()
        job, result, _ = self.ended(job_id)
        self.assertEqual(STATUS[job["status"]], "canceled")
        self.assertEqual(result, {"error": {"name": "Canceled", "message": "Job canceled: r by u", "reason": "r",
                                            "canceler": "u"}})
        self.assertFalse(processes.is_alive(pid))


class Retries(JobsCase):
    settings = {"job_runs_at_once": 4}

    def fails(self, name, times, yaml):
        """A script that fails so many times, and notes when it runs."""
        return self.rig.script(f"f/t/{name}.py", f"""
            import time
            def main():
                with open("{self.rig.shared}/{name}", "a+") as file:
                    file.write(f"{{time.monotonic()}}\\n")
                    file.seek(0)
                    runs = len(file.readlines())
                print(f"run {{runs}}")
                if runs <= {times}: raise ValueError(f"no cheese {{runs}}")
                return runs
            """, yaml)

    def test_a_job_that_fails_runs_again_until_it_succeeds_and_tells_of_it(self):
        script = self.fails("twice", 2,
                            "retry: {constant: {attempts: 1, seconds: 1}, exponential: {attempts: 2, seconds: 1}}")
        job_id = self.run_later(script)
        job, result, log = self.ended(job_id)
        self.assertEqual((STATUS[job["status"]], result, job["retries"]), ("success", 3, 2))
        said = [line for line in log.splitlines() if line.startswith(("run", "---"))]
        self.assertEqual([line[:21] for line in said],
                         ["--- run 1 of up to 4 ", "run 1", "--- failed, the next ",
                          "--- run 2 of up to 4 ", "run 2", "--- failed, the next ", "--- run 3 of up to 4 ", "run 3"])
        self.assertIn("in 1 s", said[2])
        self.assertIn("no cheese 1", said[2])
        times = [float(moment) for moment in self.rig.noted("twice")]
        self.assertGreaterEqual(times[1] - times[0], 0.9)
        told = self.rig.call("GET", f"/api/w/demo/jobs_u/get/{job_id}").json()
        self.assertEqual((told["success"], told["is_retry"]), (True, True))

    def test_the_last_failure_is_the_result(self):
        job, result, _ = self.ended(self.run_later(self.fails("always", 99, "retry: {constant: {attempts: 2}}")))
        self.assertEqual((STATUS[job["status"]], job["retries"]), ("failure", 2))
        self.assertEqual(result["error"]["message"], "no cheese 3")
        self.assertEqual(len(self.rig.noted("always")), 3)

    def test_one_that_waits_for_its_next_run_can_be_cancelled(self):
        script = self.fails("waits", 99, "retry: {constant: {attempts: 5, seconds: 1000}}")
        job_id = self.run_later(script)
        self.assertTrue(wait_until(lambda: self.kept(job_id)["retries"] == 1, 20))
        self.rig.call("POST", f"/api/w/demo/jobs_u/queue/cancel/{job_id}", "{}",
                      {"Content-Type": "application/json"})
        job, _, log = self.ended(job_id)
        self.assertEqual(STATUS[job["status"]], "canceled")
        self.assertIn("no cheese 1", log)

    def test_a_run_that_is_waited_for_is_not_repeated(self):
        self.assertEqual(self.rig.run(self.fails("waited", 99, "retry: {constant: {attempts: 5}}")).status, 422)
        self.assertEqual(len(self.rig.noted("waited")), 1)

    def test_a_mistake_in_it_is_told(self):
        script = self.fails("wrong", 0, "retry: {constant: {atempts: 5}}")
        self.expect_text(self.post(script), 500, "Internal: f/t/wrong.script.yaml:1: "
                                                 "retry.constant.atempts means nothing; did you mean attempts?")


class Stops(JobsCase):
    settings = {"job_runs_at_once": 4, "stop_s": 1}

    def test_what_runs_at_a_stop_is_given_back_and_runs_again(self):
        script = self.rig.script("f/t/again.sh", f"""
            echo begun >> {self.rig.shared}/again
            [ "$(wc -l < {self.rig.shared}/again)" -gt 1 ] || sleep 1000
            echo done
            """)
        job_id = self.run_later(script)
        self.rig.noted("again")
        end(self.rig.server, signal.SIGTERM, 30)
        job = self.kept(job_id)
        self.assertEqual((job["status"], job["retries"]), (0, 0))
        self.rig.start_server()
        self.assertEqual(self.ended(job_id)[1], "done")

    def test_what_a_killed_server_had_in_hand_runs_again_at_once(self):
        script = self.rig.script("f/t/killed.sh", f"""
            echo begun >> {self.rig.shared}/killed
            [ "$(wc -l < {self.rig.shared}/killed)" -gt 1 ] || sleep 1000
            echo done
            """)
        job_id = self.run_later(script)
        self.rig.noted("killed")
        os.kill(self.rig.server_pid, signal.SIGKILL)
        self.assertEqual(self.ended(job_id, 20)[1], "done")
