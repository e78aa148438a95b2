"""Routes whose answer is not the script's result: the job's id, or events."""

import json
import os
import random
import signal
import threading
import time
import unittest

import signers
from jobs_test import UUID, JobsCase
from rig import wait_until
from route_case import RoutesCase

# Tells the shared folder of every run that came to its end.
SCRIPT = """
import os
def main(id, folder="", fail=False):
    if fail: raise ValueError("no")
    with open(os.path.join(folder, id), "a") as file: file.write("r")
    return id
"""


class AsyncCase(RoutesCase, JobsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.once = cls.rig.script("f/t/once.py", SCRIPT)
        resource = signers.write_resource(cls.rig, "f/t/github", signers.resource("github"))
        cls.signed = cls.rig.route("f/t/once", cls.once, "once", request_type="async",
                                   authentication_method="signature", authentication_resource_path=resource)

    def body(self, name, **more):
        return json.dumps({"id": name, "folder": str(self.rig.shared)} | more)

    def send(self, body):
        return self.ask("POST", self.signed, body, **{"Content-Type": "application/json"}, **signers.github(body))

    def runs(self, name):
        file = self.rig.shared / name
        return file.read_text() if file.exists() else ""


class AsyncRoutes(AsyncCase):
    def test_the_answer_is_the_id_of_a_job_that_is_called_as_a_route_is(self):
        path = self.rig.route("f/t/later", self.echo, "later/:item", request_type="async")
        answer = self.ask("POST", "/api/r/later/tea?count=2", '{"size": 3}', **{"Content-Type": "application/json"})
        self.expect(answer, 201, "text/plain; charset=utf-8")
        self.assertRegex(answer.text, f"^{UUID}$")
        self.assertEqual(answer.header("X-Towermill-Job"), answer.text)
        job, result, _ = self.ended(answer.text)
        self.assertEqual(result, {"size": 3, "count": "2", "item": "tea"})
        self.assertEqual((job["trigger_kind"], job["trigger_path"]), ("http", "f/t/later"))
        self.assertEqual(path, "/api/r/later/:item")

    def test_the_query_is_args_and_steers_no_job(self):
        self.rig.route("f/t/steered", self.echo, "steered", request_type="async")
        query = {"job_id": "x", "scheduled_in_secs": "600", "priority": "9", "queue_limit": "0", "timeout": "x"}
        asked = "&".join(f"{name}={value}" for name, value in query.items())
        answer = self.ask("POST", "/api/r/steered?" + asked)
        self.expect(answer, 201)
        job, result, _ = self.ended(answer.text)
        self.assertEqual((job["priority"], result), (0, query))

    def test_a_stranger_starts_no_job(self):
        body = self.body("stranger")
        answer = self.ask("POST", self.signed, body, **signers.github("another body"))
        self.assertEqual(answer.status, 401, answer)
        self.assertEqual(self.runs("stranger"), "")

    def test_a_repeat_is_given_the_first_id_and_adds_no_job(self):
        body = self.body("again")
        first = self.send(body)
        self.expect(first, 201, "text/plain; charset=utf-8")
        self.ended(first.text)
        for _ in range(2):
            repeat = self.send(body)
            self.expect(repeat, 201, "text/plain; charset=utf-8", first.text)
            self.assertEqual(repeat.header("X-Towermill-Job"), first.text)
        self.assertEqual(self.runs("again"), "r")

    def test_what_was_accepted_is_not_taken_again_though_its_job_failed(self):
        body = self.body("failed", fail=True)
        first = self.send(body)
        self.assertEqual(self.ended(first.text)[0]["status"], 3)
        self.assertEqual(self.send(body).text, first.text)

    def test_ten_copies_at_once_are_one_job(self):
        body, answers = self.body("copies"), []
        threads = [threading.Thread(target=lambda: answers.append(self.send(body))) for _ in range(10)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual({answer.status for answer in answers}, {201})
        self.assertEqual(len({answer.text for answer in answers}), 1)
        self.ended(answers[0].text)
        self.assertEqual(self.runs("copies"), "r")

    def test_a_route_that_streams_sends_events(self):
        script = self.rig.script("f/t/words.py", "def main(n):\n    yield 'a' + n\n    yield 'b'")
        path = self.rig.route("f/t/words", script, "words", "get", request_type="sync_sse")
        answer = self.ask("GET", path + "?n=1")
        self.expect(answer, 200, "text/event-stream")
        events = [json.loads(line[6:]) for line in answer.text.split("\n\n") if line.startswith("data: ")]
        self.assertEqual("".join(event.get("new_result_stream", "") for event in events), "a1b")
        self.assertTrue(events[-1]["completed"])

    def test_a_stream_cannot_be_accepted_once(self):
        path = self.rig.route("f/t/sse", self.echo, "sse", request_type="sync_sse", authentication_method="signature",
                              authentication_resource_path="f/t/github")
        answer = self.ask("POST", path, "{}", **signers.github("{}"))
        self.expect_text(answer, 501,
                         "Not implemented: request_type sync_sse with a signature needs accept_once: false")


class Killed(AsyncCase):
    """At random moments, while senders try again until they are told 201."""

    kills = 8

    def deliver(self, name):
        body, end = self.body(name), time.monotonic() + 120
        while time.monotonic() < end:
            try:
                answer = self.send(body)
                if answer.status == 201:
                    return answer.text
            except OSError:
                pass
            time.sleep(0.02)
        raise AssertionError(f"{name} was never accepted")

    def kill_the_server(self):
        server = self.rig.server_pid
        if server is not None:
            os.kill(server, signal.SIGKILL)
            wait_until(lambda: self.rig.server_pid not in (None, server), 20)

    def test_no_delivery_is_lost_and_none_has_two_jobs(self):
        accepted, over = {}, threading.Event()

        def send_all(sender):
            count = 0
            while not over.is_set():
                name = f"k{sender}-{count}"
                accepted[name] = self.deliver(name)
                count += 1

        threads = [threading.Thread(target=send_all, args=(number,)) for number in range(4)]
        for thread in threads:
            thread.start()
        try:
            for _ in range(self.kills):
                time.sleep(random.uniform(0.05, 0.4))
                self.kill_the_server()
        finally:
            over.set()
            for thread in threads:
                thread.join()
        self.assertGreater(len(accepted), self.kills)
        # Kept is what was accepted, and nothing else: a repeat has added no job that nobody was told of.
        for name, job_id in accepted.items():
            self.assertEqual(self.ended(job_id, 120)[0]["status"], 2, name)
            self.assertNotEqual(self.runs(name), "")
            self.assertEqual(self.deliver(name), job_id)
        with self.database() as database:
            self.assertEqual(database.execute("SELECT count(*) FROM job").fetchone()[0], len(accepted))


if __name__ == "__main__":
    unittest.main()
