"""Jobs that run later: what is answered, and what is kept."""

import contextlib
import re
import sqlite3
import uuid

from case import RigCase, each

UUID = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"


class JobsCase(RigCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.echo = cls.rig.script("f/t/echo.py", "def main(**args): return args")

    def post(self, script, body="{}", query="", **more):
        more["headers"] = {"Content-Type": "application/json"} | more.get("headers", {})
        return self.rig.call("POST", f"/api/w/demo/jobs/run/p/{script}{query}", body, **more)

    def kept(self, job_id):
        """The job's row."""
        with contextlib.closing(sqlite3.connect(self.rig.home / "run/jobs.db")) as database:
            database.row_factory = sqlite3.Row
            return database.execute("SELECT * FROM job WHERE id = ?", [job_id]).fetchone()


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
