"""A script hears of the workspace's failures."""

import json
import time
import unittest

from commands import Commands
from jobs_test import JobsCase
from rig import wait_until


class ErrorHandler(JobsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.fails = cls.rig.script("f/t/fails.py", "def main(why='no'): raise ValueError(why)")
        cls.rig.script("f/ops/failed.py", """
            def main(path, job_id, error, channel, **more):
                if path == "f/t/breaks_it": raise RuntimeError("the handler fails, too")
                return [path, job_id, error["name"], error["message"], channel, more]""")
        (cls.rig.workspace / "settings.yaml").write_text(
            "error_handler: script/f/ops/failed\nerror_handler_extra_args: {channel: ops}\n")

    def told_of(self, job_id):
        """The rows of error handlers' jobs for that job."""
        with self.database() as database:
            return database.execute("SELECT * FROM job WHERE parent_job = ?", [job_id]).fetchall()

    def expect_told(self, job_id):
        self.assertTrue(wait_until(lambda: self.told_of(job_id), 30), self.rig.log()[-3000:])
        (job,) = self.told_of(job_id)
        return self.ended(job["id"])

    def test_it_is_called_with_what_failed(self):
        job_id = self.run_later(self.fails, {"why": "so"})
        job, result, _ = self.expect_told(job_id)
        failed = self.kept(job_id)
        self.assertEqual(result[:5], ["f/t/fails", job_id, "ValueError", "so", "ops"])
        self.assertEqual((result[5]["workspace_id"], result[5]["is_flow"]), ("demo", False))
        self.assertIn("started_at", result[5])
        self.assertEqual((job["created_by"], job["root_job"], failed["status"]), ("error_handler", job_id, 3))

    def test_it_hears_of_runs_that_were_waited_for(self):
        answer = self.rig.run(self.fails)
        self.assertEqual(answer.status, 422)
        self.assertEqual(self.expect_told(answer.header("X-Towermill-Job"))[1][0], "f/t/fails")

    def test_it_hears_of_a_script_that_is_not_there_any_more(self):
        script = self.rig.script("f/t/goes.py", "def main(): return 1")
        job_id = self.run_later(script, query="?scheduled_in_secs=1")
        (self.rig.workspace / "f/t/goes.py").unlink()
        self.assertEqual(self.expect_told(job_id)[1][:2], ["f/t/goes", job_id])

    def test_it_hears_nothing_of_itself_of_what_went_well_and_of_what_is_muted(self):
        muted = self.rig.script("f/t/muted.py", "def main(): raise ValueError()", "ws_error_handler_muted: true\n")
        well, still = self.run_later(self.echo), self.run_later(muted)
        breaks = self.rig.script("f/t/breaks_it.py", "def main(): raise ValueError()")
        handler, _, _ = self.expect_told(self.run_later(breaks))
        self.assertEqual(handler["status"], 3)
        for job_id in (well, still):
            self.ended(job_id)
        time.sleep(2)
        for job_id in (well, still, handler["id"]):
            self.assertEqual(self.told_of(job_id), [])


class Check(Commands):
    def test_it_names_an_error_handler_that_is_none(self):
        self.script("f/t/one.py", "def main():\n    return 1")
        settings = self.workspace / "settings.yaml"
        for yaml, line in (
            ("error_handler: script/f/t/one\n", "ok     error handler of demo: f/t/one\n"),
            ("error_handler: script/f/t/two\n", "WRONG  demo: settings.yaml: there is no script f/t/two\n"),
            ("error_handler: [1]\n", "WRONG  demo: settings.yaml:1: error_handler is a list"),
        ):
            settings.write_text(yaml)
            self.assertIn(line, self.check().stdout)


if __name__ == "__main__":
    unittest.main()
