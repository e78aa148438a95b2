"""What is told of jobs, and how they are cancelled, over HTTP."""

import contextlib
import json
import sqlite3
import uuid

from case import RigCase, each
from rig import wait_until

JOB = "/api/w/demo/jobs_u"
JOBS = "/api/w/demo/jobs"
MOMENT = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z"
CANCELED = {"error": {"name": "Canceled", "message": "Job canceled: enough by admin", "reason": "enough",
                      "canceler": "admin"}}


class JobReadCase(RigCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.echo = cls.rig.script("f/t/echo.py", "def main(**args): return args")

    @classmethod
    def queue(cls, args="{}", query=""):
        """A job that will not begin while the test lasts."""
        answer = cls.rig.call("POST", f"{JOBS}/run/p/{cls.echo}?scheduled_in_secs=9000{query}", args,
                              {"Content-Type": "application/json"})
        assert answer.status == 201, answer
        return answer.text

    def get(self, path, **more):
        return self.rig.call("GET", path, **more)

    def cancel(self, job, body='{"reason":"enough"}', deed="cancel", **more):
        return self.rig.call("POST", f"{JOB}/queue/{deed}/{job}", body, **more)


class One(JobReadCase):
    def test_a_job_that_waits_is_shown_with_its_args_as_they_were_sent(self):
        job = self.queue('{"n": 1.50, "big": 123456789012345678901234567890}')
        answer = self.get(f"{JOB}/get/{job}")
        self.expect(answer, 200, "application/json")
        self.assertIn('"args":{"n":1.50,"big":123456789012345678901234567890}', answer.text.replace(": ", ":")
                      .replace(", ", ","))
        shown = answer.json()
        self.assertEqual((shown["type"], shown["id"], shown["workspace_id"]), ("QueuedJob", job, "demo"))
        self.assertEqual((shown["running"], shown["canceled"], shown["job_kind"]), (False, False, "script"))
        self.assertEqual((shown["script_path"], shown["language"]), (self.echo, "python3"))
        self.assertRegex(shown["created_at"], f"^{MOMENT}$")
        self.assertRegex(shown["scheduled_for"], f"^{MOMENT}$")
        self.assertNotIn("result", shown)
        self.assertEqual(self.get(f"{JOB}/get_args/{job}").json()["n"], 1.5)
        self.assertEqual(self.get(f"{JOB}/get_root_job_id/{job}").json(), job)
        self.assertGreater(self.get(f"{JOBS}/queue/scheduled_for/{job}").json(), 1e12)

    def test_a_job_that_was_cancelled_in_the_queue_is_over_and_says_why(self):
        job = self.queue()
        self.expect(self.cancel(job), 200, "text/plain", job)
        shown = self.get(f"{JOB}/get/{job}").json()
        self.assertEqual((shown["type"], shown["success"], shown["canceled"]), ("CompletedJob", False, True))
        self.assertEqual((shown["canceled_by"], shown["canceled_reason"]), ("admin", "enough"))
        self.assertEqual(shown["result"], CANCELED)
        self.assertEqual(self.get(f"{JOB}/completed/get/{job}").json(), shown)
        self.assertEqual(self.get(f"{JOB}/completed/get_result/{job}").json(), CANCELED)
        self.assertEqual(self.get(f"{JOB}/completed/get_result/{job}?json_path=error.name").text, '"Canceled"')
        self.assertEqual(self.get(f"{JOB}/completed/get_result_maybe/{job}?get_started=true").json(),
                         {"started": True, "success": False, "completed": True, "result": CANCELED})
        self.assertEqual(self.cancel(job).text, f"queued job id {job} is already completed")
        self.assertEqual(self.get(f"{JOB}/completed/get_timing/{job}").json()["duration_ms"], 0)

    def test_a_job_that_is_not_over_has_no_result_yet(self):
        job = self.queue()
        for path in ("completed/get", "completed/get_result", "completed/get_timing"):
            self.expect_text(self.get(f"{JOB}/{path}/{job}"), 404,
                             f"Not found: Completed Job not found at name {job}")
        self.assertEqual(self.get(f"{JOB}/completed/get_result_maybe/{job}").text,
                         '{"started":null,"success":null,"completed":false,"result":null}')

    def test_an_update_tells_what_is_new_since_the_last(self):
        job = self.queue()
        self.assertEqual(self.get(f"{JOB}/getupdate/{job}").json(), {})
        self.cancel(job)
        update = self.get(f"{JOB}/getupdate/{job}?only_result=true&log_offset=0").json()
        self.assertEqual((update["completed"], update["only_result"]), (True, CANCELED))
        unknown = str(uuid.uuid4())
        self.expect_text(self.get(f"{JOB}/getupdate/{unknown}"), 404, f"Not found: Job not found: {unknown}")

    def test_what_became_of_a_run_is_told(self):
        script = self.rig.script("f/t/says.py", """
            def main(n):
                print("said", n)
                if n > 1: raise ValueError("too many")
                return {"n": n}
            """)
        done = {}
        for n in (1, 2):
            job = self.rig.call("POST", f"{JOBS}/run/p/{script}", json.dumps({"n": n}),
                                {"Content-Type": "application/json"}).text
            maybe = f"{JOB}/completed/get_result_maybe/{job}"
            self.assertTrue(wait_until(lambda path=maybe: self.get(path).json()["completed"], 60))
            done[n] = self.get(f"{JOB}/get/{job}").json()
            self.assertIn(f"said {n}", self.get(f"{JOB}/get_logs/{job}").text)
            self.assertIn(f"said {n}", self.get(f"{JOB}/getupdate/{job}").json()["new_logs"])
        self.assertEqual((done[1]["type"], done[1]["success"], done[1]["result"]), ("CompletedJob", True, {"n": 1}))
        self.assertEqual((done[2]["success"], done[2]["canceled"]), (False, False))
        self.assertEqual(done[2]["result"]["error"]["name"], "ValueError")

    @each([
        ("get", "GET", "get", "Job not found at name {}"),
        ("logs", "GET", "get_logs", "Job not found at name {}"),
        ("args", "GET", "get_args", "Job not found at name {}"),
        ("completed", "GET", "completed/get", "Completed Job not found at name {}"),
        ("result", "GET", "completed/get_result", "Completed Job not found at name {}"),
        ("cancel", "POST", "queue/cancel", "queued job id {} does not exist"),
        ("force", "POST", "queue/force_cancel", "queued job id {} does not exist"),
    ])
    def unknown(self, method, path, sentence):
        job = str(uuid.uuid4())
        self.expect_text(self.rig.call(method, f"{JOB}/{path}/{job}", "{}" if method == "POST" else None), 404,
                         "Not found: " + sentence.format(job))

    def test_a_workspace_does_not_show_anothers_jobs(self):
        job = self.queue()
        self.expect(self.get(f"/api/w/other/jobs_u/get/{job}"), 404)
        self.expect(self.rig.call("POST", f"/api/w/other/jobs_u/queue/cancel/{job}", "{}"), 404)

    def test_a_wrong_method_is_told_what_the_path_takes(self):
        self.assertEqual(self.rig.call("POST", f"{JOB}/get/1", "{}").header("Allow"), "GET, HEAD, OPTIONS")
        self.assertEqual(self.get(f"{JOB}/queue/cancel/1").header("Allow"), "OPTIONS, POST")

    def test_a_wiped_job_keeps_its_record_alone(self):
        job = self.queue('{"secret":"cheese"}')
        self.expect(self.rig.call("POST", f"{JOBS}/completed/delete/{job}"), 404)
        self.cancel(job)
        self.assertTrue(self.rig.call("POST", f"{JOBS}/completed/delete/{job}").json()["deleted"])
        self.assertNotIn("cheese", self.get(f"{JOB}/get/{job}").text)


class Strangers(JobReadCase):
    def test_only_jobs_of_anonymous_are_shown_without_a_token(self):
        job = self.queue()
        for path in ("get", "get_args", "completed/get_result_maybe"):
            for token in (None, "wrong"):
                self.expect_text(self.get(f"{JOB}/{path}/{job}", token=token), 400, "Bad request: As a non logged in "
                                 "user, you can only see jobs ran by anonymous users")
        self.expect(self.cancel(job, token=None), 400)
        with contextlib.closing(sqlite3.connect(self.rig.home / "run/jobs.db")) as database, database:
            database.execute("UPDATE job SET created_by = 'anonymous' WHERE id = ?", [job])
        self.expect(self.get(f"{JOB}/get/{job}", token=None), 200)
        self.expect(self.cancel(job, token=None), 200)

    def test_lists_are_for_who_has_a_token(self):
        for path in ("list", "queue/list", "completed/list", "queue/count", "completed/count"):
            self.expect_text(self.get(f"{JOBS}/{path}", token=None), 401, "Unauthorized")
        self.expect(self.rig.call("POST", f"{JOBS}/queue/cancel_selection", "[]", token=None), 401)


class Many(JobReadCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tagged = [cls.queue('{"n":1}', f"&tag=t{number % 2}") for number in range(6)]

    def ids(self, path):
        answer = self.get(f"{JOBS}/{path}")
        self.expect(answer, 200, "application/json")
        return [job["id"] for job in answer.json()]

    def test_the_newest_come_first_a_page_at_a_time(self):
        asked = "list?tag=t0,t1"
        newest = self.ids(asked)
        self.assertEqual(set(newest), set(self.tagged))
        moments = [job["created_at"] for job in self.get(f"{JOBS}/{asked}").json()]
        self.assertEqual(moments, sorted(moments, reverse=True))
        self.assertEqual(self.ids(asked + "&order_desc=false"), newest[::-1])
        self.assertEqual(self.ids(asked + "&per_page=4"), newest[:4])
        self.assertEqual(self.ids(asked + "&per_page=4&page=2"), newest[4:])
        before = [job for job, moment in zip(newest, moments) if moment < moments[3]]
        self.assertEqual(self.ids(asked + f"&created_before={moments[3]}"), before)

    def test_filters_are_those_of_windmill(self):
        odd = self.ids("list?tag=t1")
        self.assertEqual(set(odd), set(self.tagged[1::2]))
        self.assertEqual(self.ids("queue/list?tag=!t0&created_by=webhook,admin"), odd)
        self.assertEqual(self.ids("completed/list?tag=t1"), [])
        self.assertEqual(self.ids("list?tag=t1&job_kinds=script,flow,singlestepflow&per_page=30&has_null_parent=true"),
                         odd)
        self.assertEqual(self.ids("list?tag=t1&script_path_start=f/t/"), odd)
        self.assertEqual(self.ids("list?tag=t1&script_path_exact=f/*&allow_wildcards=true"), odd)
        self.assertEqual(self.ids("list?tag=t1&script_path_exact=f/*"), [])
        self.assertEqual(self.ids("list?tag=t1&success=true"), [])
        self.expect_text(self.get(f"{JOBS}/list?success=true&running=true"), 400,
                         "Bad request: cannot specify both success and running")

    def test_args_are_listed_where_they_are_asked_for(self):
        self.assertIsNone(self.get(f"{JOBS}/list?tag=t1").json()[0]["args"])
        self.assertEqual(self.get(f"{JOBS}/list?tag=t1&include_args=true").json()[0]["args"], {"n": 1})

    def test_jobs_are_counted(self):
        self.assertEqual(self.get(f"{JOBS}/queue/count").json(), {"database_length": 0, "suspended": 0})
        before = self.get(f"{JOBS}/completed/count").json()["database_length"]
        self.cancel(self.queue())
        self.assertEqual(self.get(f"{JOBS}/completed/count").text,
                         f'{{"database_length":{before + 1},"suspended":null}}')
        self.assertEqual(self.get(f"{JOBS}/completed/count_jobs?success=false&completed_after_s_ago=600").text,
                         str(before + 1))
        self.assertEqual(self.get(f"{JOBS}/queue/position/9999999999999").json()["position"],
                         len(self.ids("queue/list")))

    def test_a_selection_is_cancelled_and_told(self):
        jobs = [self.queue() for _ in range(2)]
        self.cancel(jobs[0])
        given = json.dumps([*jobs, str(uuid.uuid4())])
        answer = self.rig.call("POST", f"{JOBS}/queue/cancel_selection?force_cancel=true", given)
        self.assertEqual(answer.json(), jobs[1:])
        wrong = self.rig.call("POST", f"{JOBS}/queue/cancel_selection", "1")
        self.expect_text(wrong, 400, "Bad request: the body must be an array of at most 1000 job ids")

    def test_all_jobs_of_a_script_are_cancelled(self):
        other = self.rig.script("f/t/other.py", "def main(): pass")
        answer = self.rig.call("POST", f"{JOBS}/run/p/{other}?scheduled_in_secs=9000", "{}")
        self.expect(self.rig.call("POST", f"{JOB}/queue/cancel_persistent/{other}", "{}"), 200)
        self.assertTrue(self.get(f"{JOB}/get/{answer.text}").json()["canceled"])
        self.assertFalse(self.get(f"{JOB}/get/{self.tagged[0]}").json()["canceled"])


class Tokens(JobReadCase):
    def token(self, *scopes):
        answer = self.rig.call("POST", "/api/users/tokens/create", json.dumps({"label": "x", "scopes": scopes}))
        self.expect(answer, 201)
        return answer.text

    def test_a_token_for_a_script_reads_and_cancels_its_jobs_and_lists_none(self):
        job, token = self.queue(), self.token(f"jobs:run:scripts:{self.echo}")
        self.expect(self.get(f"{JOB}/get/{job}", token=token), 200)
        self.expect_text(self.get(f"{JOBS}/list", token=token), 403, "Permission denied: Required scope: jobs:read")
        other = self.token("jobs:run:scripts:f/t/other")
        self.expect(self.get(f"{JOB}/get/{job}", token=other), 403)
        self.expect(self.cancel(job, token=other), 403)
        self.expect(self.cancel(job, token=token), 200, None, job)
        self.assertEqual(self.get(f"{JOB}/get/{job}").json()["canceled_by"], "label-x")

    def test_a_token_that_reads_jobs_cancels_none(self):
        job, token = self.queue(), self.token("jobs:read")
        self.expect(self.get(f"{JOBS}/list", token=token), 200)
        self.expect_text(self.cancel(job, token=token), 403, "Permission denied: Required scope: jobs:write")
