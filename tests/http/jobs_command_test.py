"""The operator's view of jobs: the command line beside a running server."""

import json
import subprocess

from case import RigCase
from rig import PROGRAM, wait_until


class JobsCommandCase(RigCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.hello = cls.rig.script("f/t/hello.py", """
            def main(name='you'):
                print('greeting')
                return 'Hi ' + name
            """)
        cls.fails = cls.rig.script("f/t/fails.py", "def main(): raise ValueError('no')")
        cls.waits = cls.rig.script("f/t/waits.sh", "trap '' TERM; sleep 300 & sleep 300; wait")

    def towermill(self, *arguments):
        command = [PROGRAM, "jobs", *arguments, "--config", str(self.rig.home / "towermill.yaml")]
        return subprocess.run(command, capture_output=True, text=True, timeout=60,
                              env={"PATH": "/usr/bin:/bin", "HOME": str(self.rig.home)})

    def told(self, *arguments):
        done = self.towermill(*arguments)
        self.assertEqual(done.returncode, 0, done)
        return done.stdout

    def refused(self, *arguments):
        done = self.towermill(*arguments)
        self.assertEqual((done.returncode, done.stdout), (1, ""), done)
        return done.stderr

    def post(self, path, args=None, query=""):
        answer = self.rig.call("POST", f"/api/w/demo/jobs/run/p/{path}{query}", json.dumps(args or {}),
                               {"Content-Type": "application/json"})
        self.assertEqual(answer.status, 201, answer)
        return answer.text

    def shown(self, job):
        lines = [line.split(None, 1) for line in self.told("show", job).splitlines()]
        return {name: value for name, value in lines}

    def ended(self, job, status="success"):
        self.assertTrue(wait_until(lambda: self.shown(job)["status"] == status, 30), self.told("show", job))
        return self.shown(job)


class JobsCommand(JobsCommandCase):
    def test_one_is_shown_with_its_args_its_result_and_its_log(self):
        job = self.post(self.hello, {"name": "Ada"})
        shown = self.ended(job)
        self.assertEqual((shown["args"], shown["result"]), ('{"name": "Ada"}', '"Hi Ada"'))
        self.assertIn("greeting\n", self.told("logs", job))
        whole = json.loads(self.told("show", job, "--json"))
        self.assertEqual((whole["id"], whole["result"], whole["success"]), (job, "Hi Ada", True))
        self.assertIn("greeting", whole["logs"])

    def test_the_newest_are_listed_and_those_that_are_asked_for(self):
        jobs = [self.post(self.hello), self.post(self.fails)]
        self.ended(jobs[0])
        self.ended(jobs[1], "failure")
        lines = self.told("list", "--count", "2").splitlines()
        self.assertEqual([line.split()[0] for line in lines], ["ID", *reversed(jobs)])
        objects = [json.loads(line) for line in self.told("list", "--json", "--status", "failure").splitlines()]
        self.assertEqual({each["script_path"] for each in objects}, {self.fails})
        self.assertEqual(len(self.told("list", "--script", "f/t/nothing").splitlines()), 1)
        self.assertIn("there is no status lost", self.refused("list", "--status", "lost"))

    def test_a_running_one_is_ended_with_all_it_has_started(self):
        job = self.post(self.waits)
        self.ended(job, "running")
        self.assertIn("being ended", self.told("cancel", job, "--reason", "a mistake"))
        shown = self.ended(job, "canceled")
        self.assertEqual(shown["canceled"], "by admin: a mistake")
        self.assertIn("over already", self.refused("cancel", job))
        self.assertTrue(wait_until(lambda: not self.rig.run_folders(), 20))

    def test_a_queued_one_never_starts(self):
        job = self.post(self.hello, query="?scheduled_in_secs=3600")
        self.assertEqual(self.shown(job)["status"], "queued")
        self.assertEqual(self.told("cancel", job), "canceled\n")
        self.assertNotIn("started", self.shown(job))

    def test_one_runs_again_with_the_same_args(self):
        job = self.post(self.hello, {"name": "Bob"})
        self.ended(job)
        again = self.told("rerun", job).strip()
        self.assertNotEqual(again, job)
        self.assertEqual(self.ended(again)["result"], '"Hi Bob"')

    def test_what_is_not_there_is_said(self):
        for command in ("show", "logs", "cancel", "rerun"):
            self.assertIn("there is no job 01a2", self.refused(command, "01a2"))
        self.assertIn("--older-than is as 30d", self.refused("prune"))
        self.assertIn("--older-than is as 30d", self.refused("prune", "--older-than", "soon"))


class Prune(JobsCommandCase):
    def test_all_but_the_newest_are_forgotten(self):
        for _ in range(5):
            self.ended(self.post(self.hello))
        waiting = self.post(self.hello, query="?scheduled_in_secs=3600")
        self.assertEqual(self.told("prune", "--older-than", "1h"), "0 forgotten\n")
        self.told("prune", "--keep", "2")
        left = [line.split()[0] for line in self.told("list").splitlines()[1:]]
        self.assertEqual(len(left), 3, left)
        self.assertIn(waiting, left)
