"""Custom routes: what workspaces answer to by their own *.http_trigger.yaml."""

import re

from case import each
from rig import TOKEN, wait_until
from route_case import RoutesCase


def methods_in(text):
    return set(re.split(r",\s*", text or ""))


class Routes(RoutesCase):
    @each([(method, method) for method in ("get", "post", "put", "patch", "delete")])
    def a_route_runs_its_script(self, method):
        path = self.rig.route(f"f/t/{method}", self.echo, f"methods/{method}", method)
        answer = self.ask(method.upper(), path)
        self.expect(answer, 200, "application/json", "{}")
        self.assertTrue(answer.header("X-Towermill-Job"))
        self.assertTrue(answer.header("X-Towermill-Version"))

    def test_a_run_by_a_route_is_a_run_like_any_other(self):
        path = self.rig.route("f/t/logged", self.echo, "logged/:id")
        job = self.ask("POST", path.replace(":id", "7")).header("X-Towermill-Job")
        for word in ('"request"', '"run"'):
            logged = lambda: any(job in line and word in line for line in self.rig.log().splitlines())
            self.assertTrue(wait_until(logged, 20), word)
        metrics = self.ask("GET", "/api/metrics", token=TOKEN).text
        self.assertRegex(metrics, r'towermill_requests_total\{endpoint="route",status="2xx"\} [1-9]')

    def test_the_script_chooses_its_answer(self):
        script = self.rig.script("f/t/chooses.py", "def main(): return {'wm_status_code': 201, 'wm_content_type': "
                                 "'text/csv', 'result': 'Hello;World'}")
        answer = self.ask("GET", self.rig.route("f/t/chooses", script, "chooses", "get"))
        self.expect(answer, 201, "text/csv", "Hello;World")

    def test_a_failure_is_422_with_its_error(self):
        script = self.rig.script("f/t/fails.py", "def main(): raise ValueError('out of cheese')")
        answer = self.ask("POST", self.rig.route("f/t/fails", script, "fails"))
        self.expect(answer, 422, "application/json")
        self.assertEqual(answer.json()["error"]["message"], "out of cheese")

    def test_a_timeout_is_504(self):
        script = self.rig.script("f/t/late.py", "import time\ndef main(): time.sleep(60)", "timeout: 1\n")
        self.expect_text(self.ask("POST", self.rig.route("f/t/late", script, "late")), 504, "timeout after 1s")

    def test_a_script_that_is_not_there_is_404(self):
        self.expect_text(self.ask("POST", self.rig.route("f/t/nowhere", "f/t/nothing", "nowhere")), 404,
                         "Not found: script not found at name f/t/nothing")

    def test_a_path_without_a_route_is_404_with_its_name(self):
        self.expect_text(self.ask("POST", "/api/r/no/such/route"), 404,
                         "Not found: Trigger not found at name /no/such/route")
        self.expect_text(self.ask("POST", "/api/r/"), 404, "Not found: Trigger not found at name /")

    # --- Paths ------------------------------------------------------------------------------------------------

    @each(
        [
            ("a parameter", "p1/:id", "/api/r/p1/7", {"id": "7"}),
            ("two", "p2/:shop/items/:item", "/api/r/p2/north/items/tea", {"shop": "north", "item": "tea"}),
            ("what is escaped", "p3/:name", "/api/r/p3/a%20b%C3%A9%22", {"name": 'a bé"'}),
            ("an escaped slash", "p4/:name", "/api/r/p4/a%2Fb", {"name": "a/b"}),
            ("the rest", "p5/*file", "/api/r/p5/a/b/c.txt", {"file": "a/b/c.txt"}),
            ("the rest after a parameter", "p6/:a/*b", "/api/r/p6/x/y/z", {"a": "x", "b": "y/z"}),
            ("a slash at the end", "p7/:id", "/api/r/p7/7/", {"id": "7"}),
            ("dots", "p8/*file", "/api/r/p8/../x", None),
            ("a name with letters of all kinds", "p9/:some-Name_1", "/api/r/p9/x", {"some-Name_1": "x"}),
        ]
    )
    def parameters_of_the_path_are_args(self, route_path, path, args):
        self.rig.route(f"f/t/{route_path.split('/')[0]}", self.echo, route_path)
        answer = self.ask("POST", path)
        if args is None:
            return self.assertEqual(answer.status, 404, answer)
        self.assertEqual(self.args_of(answer), args)

    @each(
        [
            ("an empty parameter", "e1/:id", "/api/r/e1//"),
            ("an empty rest", "e2/*rest", "/api/r/e2/"),
            ("a segment more", "e3/:id", "/api/r/e3/7/8"),
            ("a segment less", "e4/:id/x", "/api/r/e4/7"),
            ("another case", "e5/one", "/api/r/E5/one"),
        ]
    )
    def does_not_match(self, route_path, path):
        self.rig.route(f"f/t/{route_path[:2]}", self.echo, route_path)
        self.assertEqual(self.ask("POST", path).status, 404)

    def test_a_parameter_that_is_no_utf8_is_400(self):
        self.rig.route("f/t/utf8", self.echo, "utf8/:id")
        self.expect_text(self.ask("POST", "/api/r/utf8/%ff"), 400, "Bad request: invalid utf8: the path parameter id")

    def test_a_fixed_segment_wins_over_a_parameter_and_that_over_nothing(self):
        for name, route_path in (("me", "who/me"), ("any", "who/:id"), ("deep", "who/:id/x")):
            script = self.rig.script(f"f/t/who_{name}.py", f"def main(id=None): return '{name}'")
            self.rig.route(f"f/t/who_{name}", script, route_path, "get")
        for path, name in (("who/me", "me"), ("who/you", "any"), ("who/me/x", "deep")):
            self.expect(self.ask("GET", f"/api/r/{path}"), 200, body=f'"{name}"')

    def test_a_route_of_the_workspace_has_its_name_before_it(self):
        self.rig.route("f/t/own", self.echo, "own/:id", workspaced_route=True)
        self.assertEqual(self.args_of(self.ask("POST", "/api/r/demo/own/7")), {"id": "7"})
        self.assertEqual(self.ask("POST", "/api/r/own/7").status, 404)

    # --- Args -------------------------------------------------------------------------------------------------

    @each(
        [
            ("a body", "", '{"a":1}', {"a": 1}),
            ("a body that is no object", "", "[1,2]", {"body": [1, 2]}),
            ("the query", "?a=1&b=x+y", "", {"a": "1", "b": "x y"}),
            ("the last of two", "?a=1&a=2", "", {"a": "2"}),
            ("the query over the body", "?a=q", '{"a":"b","c":"b"}', {"a": "q", "c": "b"}),
            ("the path over all", "?id=q", '{"id":"b"}', {"id": "7"}),
            ("names of other servers' parameters", "?payload=x&timeout=1&job_id=y", "",
             {"payload": "x", "timeout": "1", "job_id": "y"}),
            ("a token where none is wanted", "?token=abc", "", {"token": "abc"}),
        ]
    )
    def args(self, query, body, args):
        self.rig.route("f/t/args", self.echo, "args/:id")
        answer = self.ask("POST", f"/api/r/args/7{query}", body, **{"Content-Type": "application/json"})
        self.assertEqual(self.args_of(answer), {"id": "7"} | args)

    def test_headers_are_args_where_the_sender_asks_for_them(self):
        self.rig.route("f/t/headers", self.echo, "headers")
        answer = self.ask("POST", "/api/r/headers?include_header=X-GitHub-Event", "{}", **{"X-GitHub-Event": "push"})
        self.assertEqual(self.args_of(answer), {"x_github_event": "push"})

    def test_wrap_body_and_raw_string_are_the_routes_to_choose(self):
        path = self.rig.route("f/t/wrapped", self.echo, "wrapped", wrap_body=True, raw_string=True)
        answer = self.ask("POST", path, '{ "a":1}', **{"Content-Type": "application/json"})
        self.assertEqual(self.args_of(answer), {"body": {"a": 1}, "raw_string": '{ "a":1}'})

    @each([(name, name) for name in ("raw", "wrap_body")])
    def not_the_callers(self, name):
        answer = self.ask("POST", self.rig.route("f/t/not", self.echo, "not") + f"?{name}=true", "{}")
        self.assertEqual(answer.status, 400)
        self.assertIn("is not supported on http routes", answer.text)

    def test_a_body_that_is_wrong_is_400_as_elsewhere(self):
        path = self.rig.route("f/t/wrong", self.echo, "wrong")
        answer = self.ask("POST", path, "{", **{"Content-Type": "application/json"})
        self.assertEqual(answer.status, 400)
        self.assertTrue(answer.text.startswith("Bad request: invalid json: "), answer)

    # --- Methods ----------------------------------------------------------------------------------------------

    def test_another_method_is_405_with_those_that_are_taken(self):
        for method in ("get", "post"):
            self.rig.route(f"f/t/two_{method}", self.echo, "two/:id", method)
        answer = self.ask("DELETE", "/api/r/two/7")
        self.expect_text(answer, 405, "Method not allowed: this path takes GET, HEAD, OPTIONS, POST")
        self.assertEqual(methods_in(answer.header("Allow")), {"GET", "HEAD", "OPTIONS", "POST"})

    def test_head_is_200_and_runs_nothing(self):
        script = self.rig.script("f/t/head.sh", f"echo ran >{self.rig.shared}/head")
        self.expect(self.ask("HEAD", self.rig.route("f/t/head", script, "head")), 200, body="")
        self.assertFalse((self.rig.shared / "head").exists())

    def test_options_tells_the_methods_and_runs_nothing(self):
        script = self.rig.script("f/t/options.sh", f"echo ran >{self.rig.shared}/options")
        path = self.rig.route("f/t/options", script, "options", "put", authentication_method="windmill")
        answer = self.ask("OPTIONS", path, **{"Origin": "https://a.example", "Access-Control-Request-Method": "PUT"})
        self.expect(answer, 200, "", "")
        self.assertEqual(methods_in(answer.header("Access-Control-Allow-Methods")), {"PUT", "HEAD", "OPTIONS"})
        self.assertEqual(answer.header("Access-Control-Allow-Origin"), "*")
        self.assertFalse((self.rig.shared / "options").exists())
        self.expect(self.ask("OPTIONS", "/api/r/no/such"), 200, "", "")

    def test_every_answer_of_a_route_may_be_read_by_pages(self):
        for path in (self.rig.route("f/t/pages", self.echo, "pages"), "/api/r/no/such"):
            self.assertEqual(self.ask("POST", path).all("Access-Control-Allow-Origin"), ["*"])

    def test_a_route_may_name_the_origins_of_its_pages(self):
        path = self.rig.route("f/t/origins", self.echo, "origins", allowed_origins=["https://shop.example"])
        for method in ("POST", "OPTIONS", "PUT"):
            mine = self.ask(method, path, Origin="https://shop.example")
            others = self.ask(method, path, Origin="https://other.example")
            if method != "PUT":
                self.assertEqual(mine.all("Access-Control-Allow-Origin"), ["https://shop.example"])
                self.assertEqual(others.all("Access-Control-Allow-Origin"), [])
                self.assertEqual(others.all("Vary"), ["Origin"])

    # --- Who may call -----------------------------------------------------------------------------------------

    def test_a_route_may_want_a_token(self):
        path = self.rig.route("f/t/token", self.echo, "token", authentication_method="windmill")
        for token in (None, "wrong"):
            answer = self.ask("POST", path, token=token)
            self.expect_text(answer, 401, "Unauthorized")
            self.assertEqual(answer.header("X-Towermill-Job"), None)
        self.assertEqual(self.args_of(self.ask("POST", path, token=TOKEN)), {})
        self.assertEqual(self.args_of(self.ask("POST", f"{path}?token={TOKEN}&a=1")), {"a": "1"})
        self.expect_text(self.ask("HEAD", path), 401, "")

    def test_what_cannot_be_checked_starts_nothing(self):
        script = self.rig.script("f/t/never.sh", f"echo ran >{self.rig.shared}/never")
        path = self.rig.route("f/t/never", script, "never", authentication_method="custom_script")
        self.expect_text(self.ask("POST", path, token=TOKEN), 501,
                         "Not implemented: authentication_method custom_script is not supported")
        self.assertFalse((self.rig.shared / "never").exists())
