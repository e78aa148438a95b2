"""Jobs posted under load while servers and keepers die: none that was answered 201 is lost, none ends twice."""

import contextlib
import json
import os
import random
import signal
import sqlite3
import threading
import time

import processes
from case import RigCase
from rig import wait_until


class NothingLost(RigCase):
    kills = 10
    settings = {"job_runs_at_once": 4}

    def setUp(self):
        self.script = self.rig.script("f/t/counts.sh", 'n="$1"\necho "{\\"n\\":$n}"')
        self.posted, self.over = {}, threading.Event()

    def post(self, first):
        """Posts until it is over, and notes what was answered 201."""
        n = first
        while not self.over.is_set():
            n += 1
            with contextlib.suppress(OSError):
                url = f"/api/w/demo/jobs/run/p/{self.script}"
                answer = self.rig.call("POST", url, json.dumps({"n": n}), timeout=60)
                if answer.status == 201:
                    self.posted[answer.text] = n
            time.sleep(0.005)

    def kill_one(self):
        """The server, which its keeper starts anew; or now and then the keeper, which somebody starts anew."""
        if random.random() < 0.8:
            pid = self.rig.server_pid
            if pid:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            return
        children = processes.children(self.rig.keeper_pid)
        self.rig.server.kill()
        self.rig.server.wait()
        wait_until(lambda: not any(processes.is_alive(pid) for pid in children), 30)
        self.rig.start_server()

    def rows(self):
        with contextlib.closing(sqlite3.connect(self.rig.home / "run/jobs.db", timeout=30)) as database:
            self.assertEqual(database.execute("PRAGMA integrity_check").fetchone()[0], "ok")
            return {row[0]: row[1:] for row in database.execute(
                "SELECT id, status, completed_at, result FROM job LEFT JOIN job_text ON job_id = id")}

    def test_every_job_that_was_answered_runs_to_its_one_end(self):
        posters = [threading.Thread(target=self.post, args=[number * 1_000_000]) for number in range(4)]
        for poster in posters:
            poster.start()
        for _ in range(self.kills):
            time.sleep(random.uniform(0.1, 0.8))
            self.kill_one()
        self.over.set()
        for poster in posters:
            poster.join()
        self.assertGreater(len(self.posted), self.kills)
        wait_until(lambda: all(row[1] for row in self.rows().values()), 120, 0.2)
        rows = self.rows()
        ends = {job_id: (rows[job_id][0], json.loads(rows[job_id][2] or "null")) for job_id in self.posted
                if job_id in rows}
        self.assertEqual(ends, {job_id: (2, {"n": n}) for job_id, n in self.posted.items()})
