"""Idempotency-Key: who sends a request again, because its answer was lost, has it run once."""

import json
import socket
import threading

import signers
from case import RigCase, each
from rig import TOKEN, wait_until

# Tells the shared folder of every run, before and after its work.
SCRIPT = """
import os, time
def main(id, work_s=0, fail=None, folder=""):
    def note(what):
        with open(os.path.join(folder, id), "a") as file: file.write(what)
    note("b")
    if fail == "raise": raise ValueError("no")
    if fail == "hang": time.sleep(60)
    if fail: return {"windmill_status_code": int(fail), "result": "no"}
    time.sleep(work_s)
    note("e")
    return {"windmill_status_code": 201, "windmill_headers": {"X-Run": os.environ["WM_JOB_ID"]}, "result": id}
"""
USED = "Unprocessable: the Idempotency-Key was used with another request"


class KeyCase(RigCase):
    settings = {"job_runs_at_once": 4}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.script = cls.rig.script("f/t/keyed.py", SCRIPT, "timeout: 2\n")
        cls.twin = cls.rig.script("f/t/twin.py", SCRIPT)

    def send(self, name, key, url="run_wait_result", script=None, query="", more_headers=None, **more):
        body = json.dumps({"id": name, "folder": str(self.rig.shared)} | more)
        headers = {"Content-Type": "application/json", "Idempotency-Key": key} | (more_headers or {})
        path = url if url.startswith("/") else f"/api/w/demo/jobs/{url}/p/{script or self.script}"
        return self.rig.call("POST", path + query, body, headers)

    def runs(self, name):
        file = self.rig.shared / name
        return file.read_text() if file.exists() else ""

    def at_once(self, count, send):
        answers = []
        threads = [threading.Thread(target=lambda: answers.append(send())) for _ in range(count)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return answers


class Waited(KeyCase):
    def test_a_repeat_is_given_the_first_answer_and_runs_nothing(self):
        first, second = self.send("again", "again"), self.send("again", "again")
        self.assertEqual((first.status, first.body), (201, b'"again"'))
        self.assertEqual((second.status, second.body), (201, b'"again"'))
        for name in ("X-Run", "X-Towermill-Job", "Content-Type"):
            self.assertEqual(second.header(name), first.header(name))
        self.assertEqual(self.runs("again"), "be")

    def test_ten_copies_at_once_run_once(self):
        answers = self.at_once(10, lambda: self.send("copies", "copies", work_s=1))
        self.assertEqual(sorted({answer.status for answer in answers}), [201, 409])
        self.assertEqual(sum(answer.status == 201 for answer in answers), 1)
        told = next(answer for answer in answers if answer.status == 409)
        self.expect_text(told, 409, "Conflict: the request with this Idempotency-Key runs already")
        self.assertEqual(told.header("Retry-After"), "1")
        self.assertEqual(self.send("copies", "copies", work_s=1).status, 201)
        self.assertEqual(self.runs("copies"), "be")

    def test_a_key_that_comes_with_another_body_or_query_is_refused(self):
        self.assertEqual(self.send("one", "taken").status, 201)
        self.expect_text(self.send("other", "taken"), 422, USED)
        self.expect_text(self.send("one", "taken", query="?timeout=1"), 422, USED)
        self.assertEqual(self.runs("other"), "")

    @each([("raised", "raise", 422), ("refused", "410", 410), ("on_purpose", "503", 503)])
    def what_a_script_failed_with_is_answered_again(self, fail, status):
        name = "failed-" + fail
        answers = [self.send(name, name, fail=fail) for _ in range(2)]
        self.assertEqual([answer.status for answer in answers], [status, status])
        self.assertEqual(answers[0].body, answers[1].body)
        self.assertEqual(self.runs(name), "b")

    def test_what_was_ended_from_outside_runs_again(self):
        self.assertEqual([self.send("late", "late", fail="hang").status for _ in range(2)], [504, 504])
        self.assertEqual(self.runs("late"), "bb")

    def test_scripts_and_keys_know_nothing_of_each_other(self):
        self.assertEqual(self.send("mine", "k1").status, 201)
        self.assertEqual(self.send("mine", "k1", script=self.twin).status, 201)
        self.assertEqual(self.send("mine", "k2").status, 201)
        self.assertEqual(self.runs("mine"), "bebebe")

    def test_a_version_is_run_once_too(self):
        version = self.send("version", "").header("X-Towermill-Version")
        url = f"/api/w/demo/jobs/run_wait_result/h/{version}"
        self.assertEqual([self.send("by-hash", "h", url).status for _ in range(2)], [201, 201])
        self.assertEqual(self.runs("by-hash"), "be")

    def test_without_a_key_every_request_runs(self):
        for _ in range(2):
            self.send("free", "")
        self.assertEqual(self.runs("free"), "bebe")

    @each([("long", "k" * 256), ("unprintable", "a\xe9b")])
    def bad_key(self, key):
        self.expect_text(self.send("bad", key), 400,
                         "Bad request: Idempotency-Key must be printable text of up to 255 bytes")
        self.expect_text(self.send("bad", key, "run"), 400,
                         "Bad request: Idempotency-Key must be printable text of up to 255 bytes")
        self.assertEqual(self.runs("bad"), "")

    def test_a_caller_that_hangs_up_does_not_end_the_run(self):
        body = json.dumps({"id": "gone", "folder": str(self.rig.shared), "work_s": 1})
        request = (f"POST /api/w/demo/jobs/run_wait_result/p/{self.script} HTTP/1.1\r\nHost: localhost\r\n"
                   f"Authorization: Bearer {TOKEN}\r\nContent-Type: application/json\r\n"
                   f"Idempotency-Key: gone\r\nContent-Length: {len(body)}\r\n\r\n{body}")
        connection = socket.create_connection(("127.0.0.1", self.rig.port))
        connection.sendall(request.encode())
        self.assertTrue(wait_until(lambda: self.runs("gone") == "b", 20))
        connection.close()
        self.assertTrue(wait_until(lambda: self.send("gone", "gone", work_s=1).status == 201, 20))
        self.assertEqual(self.runs("gone"), "be")

    def test_a_form_that_is_sent_again_with_another_boundary_runs_once(self):
        script = self.rig.script("f/t/form.py", f"""
            def main(name, file):
                open("{self.rig.shared}/form", "a").write("r")
                return open(file[0]["path"]).read()
            """)

        def form(boundary, name="x"):
            part = f"--{boundary}\r\nContent-Disposition: form-data; name="
            body = f'{part}"name"\r\n\r\n{name}\r\n{part}"file"; filename="f"\r\n\r\nabc\r\n--{boundary}--\r\n'
            headers = {"Content-Type": f"multipart/form-data; boundary={boundary}", "Idempotency-Key": "form"}
            return self.rig.call("POST", f"/api/w/demo/jobs/run_wait_result/p/{script}", body, headers)

        self.assertEqual([form("one").text, form("two").text], ['"abc"', '"abc"'])
        self.expect_text(form("three", "y"), 422, USED)
        self.assertEqual(self.runs("form"), "r")


class Later(KeyCase):
    def test_ten_copies_at_once_are_one_job(self):
        answers = self.at_once(10, lambda: self.send("copies", "copies", "run"))
        self.assertEqual({answer.status for answer in answers}, {201})
        self.assertEqual(len({answer.text for answer in answers}), 1)
        for answer in answers:
            self.assertEqual(answer.header("X-Towermill-Job"), answer.text)
        self.assertTrue(wait_until(lambda: self.runs("copies") == "be", 20))

    def test_a_key_that_comes_with_another_body_is_refused_and_is_free_at_another_script(self):
        first = self.send("one", "taken", "run")
        self.expect_text(self.send("other", "taken", "run"), 422, USED)
        other = self.send("other", "taken", "run", self.twin)
        self.assertEqual(other.status, 201)
        self.assertNotEqual(other.text, first.text)

    def test_a_job_that_is_over_still_answers_to_its_key(self):
        first = self.send("over", "over", "run")
        self.assertTrue(wait_until(lambda: self.runs("over") == "be", 20))
        self.assertEqual(self.send("over", "over", "run").text, first.text)


class OnRoutes(KeyCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.path = cls.rig.route("f/t/open", cls.script, "open")

    def test_a_repeat_is_given_the_first_answer(self):
        self.assertEqual([self.send("route", "r", self.path).status for _ in range(2)], [201, 201])
        self.assertEqual(self.runs("route"), "be")

    def test_one_that_failed_runs_again_as_senders_mean_it(self):
        self.assertEqual([self.send("fails", "f", self.path, fail="raise").status for _ in range(2)], [422, 422])
        self.assertEqual(self.runs("fails"), "bb")

    def test_a_route_may_run_repeats(self):
        path = self.rig.route("f/t/often", self.script, "often", accept_once=False)
        self.assertEqual([self.send("often", "o", path).status for _ in range(2)], [201, 201])
        self.assertEqual(self.runs("often"), "bebe")


class Strangers(KeyCase):
    """On routes that ask for no token a caller has no name."""

    def route(self, name, source, **more):
        """One whose script returns, by times(), how often it has run."""
        count = f"""
def times():
    with open({str(self.rig.shared / name)!r}, "a+") as file:
        print("ran", file=file, flush=True)
        file.seek(0)
        return len(file.readlines())
"""
        return self.rig.route(f"f/t/{name}", self.rig.script(f"f/t/{name}.py", source + count), name, **more)

    def ask(self, path, **headers):
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.rig.call("POST", path, "{}", {"Idempotency-Key": "k"} | headers, token=None).json()

    def test_what_was_answered_to_who_sent_a_header_is_given_to_nobody_else(self):
        path = self.route("knows", "def main(x_key=None): return [x_key, times()]") + "?include_header=X-Key"
        for _ in range(2):
            self.assertEqual(self.ask(path), [None, 1])
            self.assertEqual(self.ask(path, X_Key="one"), ["one", 2])
            self.assertEqual(self.ask(path, X_Key="another"), ["another", 3])

    def test_a_preprocessor_may_know_its_callers_by_any_header(self):
        path = self.route("sees", """
def preprocessor(event): return {"who": event["headers"].get("authorization")}
def main(who): return [who, times()]
""")
        for _ in range(2):
            self.assertEqual(self.ask(path), [None, 1])
            self.assertEqual(self.ask(path, Authorization="one"), ["one", 2])
        self.assertEqual(self.ask(path, Authorization="one", traceparent="00-1-2-01", X_Request_Id="3"), ["one", 2])

    def test_a_header_that_the_script_does_not_see_tells_no_caller(self):
        path = self.route("blind", "def main(): return times()")
        self.assertEqual([self.ask(path), self.ask(path, Authorization="one")], [1, 1])

    def test_who_has_another_key_of_the_routes_is_another_caller(self):
        value = {"api_key_header": "X-Key", "api_key_secret": ["one", "another"]}
        path = self.route("locked", "def main(): return times()", authentication_method="api_key",
                          authentication_resource_path=signers.write_resource(self.rig, "f/t/locked", value))
        self.assertEqual([self.ask(path, X_Key=key) for key in ("one", "another", "one")], [1, 2, 1])
