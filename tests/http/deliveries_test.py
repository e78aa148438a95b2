"""A signed delivery is accepted once: not lost, and not run twice."""

import json
import os
import random
import signal
import socket
import threading
import time
import unittest

import signers
from case import each
from rig import wait_until
from route_case import RoutesCase

# Tells the shared folder of every run, before and after its work.
SCRIPT = """
import os, time
def main(id, work_s=0, fail=None, folder=""):
    def note(what):
        with open(os.path.join(folder, id), "a") as file: file.write(what)
    note("b")
    if fail and not os.path.exists(os.path.join(folder, id + ".mended")):
        if fail == "raise": raise ValueError("no")
        if fail == "hang": time.sleep(60)
        return {"windmill_status_code": int(fail), "result": "no"}
    time.sleep(work_s)
    note("e")
    return {"windmill_status_code": 201, "windmill_headers": {"X-Run": os.environ["WM_JOB_ID"]}, "result": id}
"""


class DeliveryCase(RoutesCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.script = cls.rig.script("f/t/once.py", SCRIPT, "timeout: 3\n")
        resource = signers.write_resource(cls.rig, "f/t/github", signers.resource("github"))
        cls.path = cls.rig.route("f/t/once", cls.script, "once", authentication_method="signature",
                                 authentication_resource_path=resource)

    def body(self, name, **more):
        return json.dumps({"id": name, "folder": str(self.rig.shared)} | more)

    def send(self, body, path=None):
        headers = {"Content-Type": "application/json"} | signers.github(body)
        return self.ask("POST", path or self.path, body, **headers)

    def runs(self, name):
        """"be" for each run that came to its end, "b" for one that did not."""
        file = self.rig.shared / name
        return file.read_text() if file.exists() else ""

    def mend(self, name):
        (self.rig.shared / (name + ".mended")).touch()


class Deliveries(DeliveryCase):
    def test_one_sent_again_gets_the_first_answer_and_runs_nothing(self):
        body = self.body("again")
        first, second = self.send(body), self.send(body)
        self.assertEqual((first.status, first.body), (201, b'"again"'))
        self.assertEqual((second.status, second.body), (201, b'"again"'))
        for name in ("X-Run", "X-Towermill-Job", "Content-Type"):
            self.assertEqual(second.header(name), first.header(name))
        self.assertEqual(self.runs("again"), "be")

    def test_others_run_for_themselves(self):
        for name in ("one", "other"):
            self.assertEqual(self.send(self.body(name)).status, 201)
        self.assertEqual((self.runs("one"), self.runs("other")), ("be", "be"))

    @each([("500", "500"), ("503", "503"), ("raised", "raise"), ("too_long", "hang")])
    def one_that_failed_runs_again(self, fail):
        name = "failed-" + fail
        body = self.body(name, fail=fail)
        self.assertGreaterEqual(self.send(body).status, 400)
        self.mend(name)
        self.assertEqual(self.send(body).status, 201)
        self.assertEqual(self.send(body).status, 201)
        self.assertEqual(self.runs(name), "bbe")

    def test_one_that_the_script_refuses_on_purpose_is_done(self):
        body = self.body("refused", fail="410")
        self.assertEqual([self.send(body).status for _ in range(2)], [410, 410])
        self.assertEqual(self.runs("refused"), "b")

    def test_copies_at_the_same_moment_run_once(self):
        body = self.body("copies", work_s=1)
        answers = []
        threads = [threading.Thread(target=lambda: answers.append(self.send(body))) for _ in range(10)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(sorted({answer.status for answer in answers}), [201, 409])
        self.assertEqual(sum(answer.status == 201 for answer in answers), 1)
        told = next(answer for answer in answers if answer.status == 409)
        self.assertEqual(told.text.strip(), "Conflict: this delivery runs already")
        self.assertEqual(told.header("Retry-After"), "1")
        self.assertEqual(self.runs("copies"), "be")

    def test_a_sender_that_hangs_up_does_not_end_the_run(self):
        body = self.body("gone", work_s=1)
        headers = "".join(f"{name}: {value}\r\n" for name, value in signers.github(body).items())
        request = (f"POST {self.path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n{headers}"
                   f"Content-Length: {len(body)}\r\n\r\n{body}")
        connection = socket.create_connection(("127.0.0.1", self.rig.port))
        connection.sendall(request.encode())
        self.assertTrue(wait_until(lambda: self.runs("gone") == "b", 20))
        connection.close()
        self.assertTrue(wait_until(lambda: self.runs("gone") == "be", 20))
        self.assertTrue(wait_until(lambda: self.send(body).status == 201, 20))
        self.assertEqual(self.runs("gone"), "be")

    def test_a_restart_forgets_nothing(self):
        body = self.body("kept")
        self.assertEqual(self.send(body).status, 201)
        self.rig.server.send_signal(signal.SIGTERM)
        self.rig.server.wait(10)
        self.rig.start_server()
        self.assertEqual(self.send(body).status, 201)
        self.assertEqual(self.runs("kept"), "be")

    def test_a_route_may_run_repeats(self):
        path = self.rig.route("f/t/often", self.script, "often", authentication_method="signature", accept_once=False,
                              authentication_resource_path="f/t/github")
        body = self.body("often")
        self.assertEqual([self.send(body, path).status for _ in range(2)], [201, 201])
        self.assertEqual(self.runs("often"), "bebe")

    def test_two_routes_know_nothing_of_each_other(self):
        path = self.rig.route("f/t/twin", self.script, "twin", authentication_method="signature",
                              authentication_resource_path="f/t/github")
        body = self.body("twins")
        self.assertEqual([self.send(body, at).status for at in (self.path, path, path)], [201, 201, 201])
        self.assertEqual(self.runs("twins"), "bebe")

    def test_what_has_no_body_to_be_known_by_runs_each_time(self):
        echo = self.rig.script("f/t/told.py", "def main(q): return q")
        path = self.rig.route("f/t/told", echo, "told", method="get", authentication_method="signature",
                              authentication_resource_path="f/t/github")
        asked = [self.ask("GET", path + "?q=" + q, **signers.github("")) for q in ("first", "second")]
        self.assertEqual([answer.json() for answer in asked], ["first", "second"])


class NoTurn(DeliveryCase):
    settings = {"runs_at_once": 1, "waiting_limit": 0}

    def test_one_that_gets_no_turn_is_free_when_its_sender_hears_of_that(self):
        holder = threading.Thread(target=self.send, args=(self.body("holder", work_s=2),))
        holder.start()
        self.assertTrue(wait_until(lambda: self.runs("holder") == "b", 20))
        body, answers = self.body("turned-away"), []
        while self.runs("holder") == "b":
            answers.append(self.send(body).status)
        holder.join()
        self.assertIn(503, answers)
        self.assertNotIn(409, answers)
        self.assertTrue(wait_until(lambda: self.send(body).status == 201, 20))
        self.assertEqual(self.runs("turned-away"), "be")


class Unkept(DeliveryCase):
    def test_where_nothing_can_be_kept_nothing_runs_and_the_sender_is_to_come_back(self):
        self.rig.server.send_signal(signal.SIGTERM)
        self.rig.server.wait(10)
        database = self.rig.home / "run" / "jobs.db"
        for file in database.parent.glob("jobs.db*"):
            file.unlink()
        database.write_bytes(b"no database at all " * 1000)
        self.rig.start_server()
        body = self.body("unkept")
        answer = self.send(body)
        self.assertEqual(answer.status, 503, answer)
        self.assertIsNotNone(answer.header("Retry-After"))
        self.assertEqual(self.runs("unkept"), "")
        database.unlink()
        self.assertTrue(wait_until(lambda: self.send(body).status == 201, 20))
        self.assertEqual(self.runs("unkept"), "be")


class Killed(DeliveryCase):
    """At random moments, while senders try again until they are told that all went well."""

    kills = 10

    def deliver(self, name):
        body = self.body(name, work_s=0.02)
        end = time.monotonic() + 120
        while time.monotonic() < end:
            try:
                if self.send(body).status == 201:
                    # Told so once, it is told so for ever.
                    return
            except OSError:
                pass
            time.sleep(0.02)
        self.failed.append(name)

    def kill_one(self):
        keeper, server = self.rig.keeper_pid, self.rig.server_pid
        if server is None:
            return
        if random.random() < 0.3:
            os.kill(keeper, signal.SIGKILL)
            self.rig.server.wait()
            self.rig.start_server()
        else:
            os.kill(server, signal.SIGKILL)
            wait_until(lambda: self.rig.server_pid not in (None, server), 20)

    def test_no_delivery_is_lost_and_none_that_was_answered_runs_again(self):
        self.failed, names = [], []
        over = threading.Event()

        def send_all(sender):
            count = 0
            while not over.is_set():
                name = f"k{sender}-{count}"
                self.deliver(name)
                names.append(name)
                count += 1

        threads = [threading.Thread(target=send_all, args=(number,)) for number in range(4)]
        for thread in threads:
            thread.start()
        try:
            for _ in range(self.kills):
                time.sleep(random.uniform(0.05, 0.4))
                self.kill_one()
        finally:
            over.set()
            for thread in threads:
                thread.join()
        self.assertEqual(self.failed, [])
        self.assertGreater(len(names), self.kills)
        before = {name: self.runs(name) for name in names}
        for name, runs in before.items():
            self.assertTrue(runs.endswith("e"), (name, runs))
        # A run that a kill cut short counts for nothing. A whole one more takes a kill between the script's last line
        # and the commit, for each sender at most one.
        doubled = sum(runs.count("e") - 1 for runs in before.values())
        self.assertLessEqual(doubled, len(threads) * self.kills, before)
        for name in names:
            self.assertEqual(self.send(self.body(name, work_s=0.02)).status, 201)
        self.assertEqual({name: self.runs(name) for name in names}, before)


if __name__ == "__main__":
    unittest.main()
