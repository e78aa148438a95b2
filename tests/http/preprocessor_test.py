"""A preprocessor is told of the request, and makes the args of main, in main's own process."""

import base64

from case import RigCase
from forks import ForkCase
from rig import TOKEN, run_url

PYTHON = """
    import os
    def preprocessor(event):
        return {"event": event, "pid": os.getpid()}
    def main(event=None, pid=None, n=0):
        return {"event": event, "same": pid == os.getpid(), "n": n}
"""
TYPESCRIPT = """
    export async function preprocessor(event: { kind: string; body: any }) {
      return { n: event.body.n + 1, kind: event.kind };
    }
    export function main(n: number, kind: string = "none") { return [n, kind]; }
"""


class Python(ForkCase):
    def test_it_is_told_of_the_whole_request(self):
        path = self.rig.script("f/t/whole.py", PYTHON)
        answer = self.rig.run(path, {"n": 1}, "?a=b&raw=true&token=" + TOKEN, headers={"X-Sign": "s", "Cookie": "c=d"})
        self.expect(answer, 200)
        found = answer.json()
        event = found["event"]
        self.assertTrue(found["same"])
        self.assertEqual((event["kind"], event["body"], event["raw_string"]), ("webhook", {"n": 1}, '{"n": 1}'))
        self.assertEqual(event["query"], {"a": "b", "raw": "true"})
        headers = event["headers"]
        self.assertEqual((headers["x-sign"], headers["cookie"], headers["content-type"]),
                         ("s", "c=d", "application/json"))
        self.assertNotIn("authorization", headers)

    def test_skip_preprocessor_calls_main_alone(self):
        path = self.rig.script("f/t/skipped.py", PYTHON)
        for query in ("?skip_preprocessor=true", "?skip_preprocessor"):
            self.expect(self.rig.run(path, {"n": 5}, query), 200, body='{"event":null,"same":false,"n":5}')
        self.expect_text(self.rig.run(path, {}, "?skip_preprocessor=maybe"), 400,
                         'Bad request: the query parameter skip_preprocessor is true or false, not "maybe"')

    def test_forked_runs_take_the_same_way(self):
        path = self.rig.script("f/t/forked.py", "def preprocessor(event): return {'n': event['body']['n'] * 2}\n"
                                                "def main(n): return n")
        self.warm(path, {"n": 1})
        for n in range(4):
            answer = self.rig.run(path, {"n": n})
            self.expect(answer, 200, body=str(2 * n))
        self.assertEqual(self.way_of(answer), "fork")

    def test_its_errors_are_told_as_the_script_s(self):
        path = self.rig.script("f/t/failing.py", "def preprocessor(event): raise ValueError('no order')\n"
                                                 "def main(): pass")
        answer = self.rig.run(path)
        self.assertEqual((answer.status, answer.json()["error"]["name"], answer.json()["error"]["message"]),
                         (422, "ValueError", "no order"))
        self.assertIn("f/t/failing.py", answer.json()["error"]["stack"])
        path = self.rig.script("f/t/lists.py", "def preprocessor(event): return [1]\ndef main(): pass")
        self.assertEqual(self.rig.run(path).json()["error"]["message"],
                         "preprocessor returned list, and not a dict of args for main")

    def test_one_of_windmill_s_first_kind_takes_main_s_args(self):
        path = self.rig.script("f/t/first.py", "def preprocessor(a, wm_trigger): return {'b': [a, wm_trigger]}\n"
                                               "def main(b): return b")
        self.expect(self.rig.run(path, {"a": 1}), 200, body='[1,{"kind":"webhook"}]')

    def test_a_get_request_has_an_event_too(self):
        path = self.rig.script("f/t/get.py", "def preprocessor(event): return event\n"
                                             "def main(body, query): return [body, query]")
        payload = base64.urlsafe_b64encode(b'{"a":1}').decode()
        answer = self.rig.call("GET", f"{run_url(path)}?payload={payload}&x=y")
        self.assertEqual((answer.status, answer.json()[0], answer.json()[1]["x"]), (200, {"a": 1}, "y"))

    def test_what_it_returns_is_not_checked(self):
        path = self.rig.script("f/t/unchecked.py", "# schema_validation\ndef preprocessor(event): return {'n': 'x'}\n"
                                                   "def main(n: int): return n")
        self.expect(self.rig.run(path, {"n": "y"}), 200, body='"x"')
        self.assertEqual(self.rig.run(path, {"n": "y"}, "?skip_preprocessor=true").status, 400)

    def test_a_process_that_is_kept_is_asked_at_each_run(self):
        path = self.rig.script("f/t/kept.py", "def preprocessor(event): return {'n': event['body']['n'] * 2}\n"
                                              "def main(n): return n", "dedicated_worker: true")
        for n, query, doubled in ((1, "", 2), (2, "?skip_preprocessor=true", 2), (3, "", 6)):
            self.expect(self.rig.run(path, {"n": n}, query), 200, body=str(doubled))


class JavaScript(RigCase):
    settings = {"javascript": "node"}

    def test_it_makes_the_args_of_main(self):
        path = self.rig.script("f/t/typed.ts", TYPESCRIPT)
        self.expect(self.rig.run(path, {"n": 1}), 200, body='[2,"webhook"]')
        self.expect(self.rig.run(path, {"n": 1}, "?skip_preprocessor=true"), 200, body='[1,"none"]')

    def test_a_process_that_is_kept_is_asked_at_each_run(self):
        path = self.rig.script("f/t/kept.ts", TYPESCRIPT, "dedicated_worker: true")
        for n, query, body in ((1, "", '[2,"webhook"]'), (5, "?skip_preprocessor=true", '[5,"none"]'),
                               (6, "", '[7,"webhook"]')):
            self.expect(self.rig.run(path, {"n": n}, query), 200, body=body)

    def test_its_errors_are_told_as_the_script_s(self):
        path = self.rig.script("f/t/thrown.ts", "export function preprocessor() { throw new RangeError('no') }\n"
                                                "export const main = () => 1")
        answer = self.rig.run(path)
        self.assertEqual((answer.status, answer.json()["error"]["name"], answer.json()["error"]["message"]),
                         (422, "RangeError", "no"))


class Others(RigCase):
    def test_php_has_none(self):
        path = self.rig.script("f/t/plain.php", "<?php function preprocessor($event) { return ['n' => 1]; }\n"
                                                "function main($n) { return $n; }")
        self.expect(self.rig.run(path, {"n": 5}), 200, body="5")


class Routes(RigCase):
    def test_it_is_told_of_the_route(self):
        path = self.rig.script("f/t/hook.py", "def preprocessor(event): return {'event': event}\n"
                                              "def main(event): return event")
        self.rig.route("f/t/hook_route", path, "hooks/:id/*rest", authentication_method="none", raw_string=True)
        answer = self.rig.call("POST", "/api/r/hooks/17/a/b?x=y", '{"n":1}',
                               {"Content-Type": "application/json", "Authorization": "Basic abc"}, token=None)
        self.expect(answer, 200)
        event = answer.json()
        self.assertEqual((event["kind"], event["method"], event["body"]), ("http", "POST", {"n": 1}))
        self.assertEqual((event["route"], event["path"]), ("hooks/:id/*rest", "hooks/17/a/b"))
        self.assertEqual((event["params"], event["query"]), ({"id": "17", "rest": "a/b"}, {"x": "y"}))
        self.assertEqual((event["raw_string"], event["trigger_path"]), ('{"n":1}', "f/t/hook_route"))
        self.assertEqual(event["headers"]["authorization"], "Basic abc")
