"""What a token may be used for: its scopes, its workspace, and where a cookie counts."""

import json

from case import each
from rig import TOKEN, run_url, wait_until
from token_case import TokenCase


class Scopes(TokenCase):
    @each(
        [
            ("all", ["*"], 200, 200),
            ("jobs", ["jobs:run"], 200, 200),
            ("scripts", ["jobs:run:scripts"], 200, 200),
            ("folder", ["jobs:run:scripts:f/t/*"], 200, 200),
            ("one", ["jobs:run:scripts:f/t/hello"], 200, 403),
            ("one of several", ["jobs:run:scripts:f/a/b,f/t/hello"], 200, 403),
            ("older spelling", ["run:script/f/t/hello"], 200, 403),
            ("another folder", ["jobs:run:scripts:f/u/*"], 403, 403),
            ("flows", ["jobs:run:flows"], 403, 403),
            ("reading", ["jobs:read", "scripts:read", "users:write"], 403, 403),
        ]
    )
    def scope(self, scopes, hello, other):
        token = self.created({"scopes": scopes})
        self.assertEqual((self.status(token), self.status(token, self.other)), (hello, other))

    def test_a_token_out_of_scope_cannot_tell_what_exists(self):
        token = self.created({"scopes": ["jobs:run:scripts:f/t/hello"]})
        for path in ("f/t/other", "f/t/nothing"):
            self.expect_text(self.rig.run(path, token=token), 403,
                             f"Permission denied: Required scope: jobs:run:scripts:{path}")

    def test_a_version_is_run_by_who_may_run_its_path_and_hidden_from_others(self):
        version = self.rig.run(self.hello).header("X-Towermill-Version")
        url = "/api/w/demo/jobs/run_wait_result/h/"
        token = self.created({"scopes": ["jobs:run:scripts:f/t/hello"]})
        stranger = self.created({"scopes": ["jobs:run:scripts:f/t/other"]})
        self.expect(self.rig.call("POST", url + version, "{}", token=token), 200, body='"Hello"')
        for who, hash in ((stranger, version), (stranger, "0" * 16), (token, "0" * 16)):
            self.expect_text(self.rig.call("POST", url + hash, "{}", token=who), 403,
                             "Permission denied: Required scope: jobs:run:scripts")

    def test_who_may_not_starts_nothing(self):
        script = self.rig.script("f/t/marks.sh", f"echo ran >{self.rig.shared}/ran")
        token = self.created({"scopes": ["jobs:run:scripts:f/t/hello"]})
        self.rig.run(script, token=token)
        route = self.rig.route("f/t/marks", script, "marks", authentication_method="windmill")
        self.assertEqual(self.rig.call("POST", route, "{}", token=token).status, 403)
        self.assertFalse((self.rig.shared / "ran").exists())

    def test_a_custom_route_wants_the_scope_of_its_script(self):
        route = self.rig.route("f/t/hello", self.hello, "hello", authentication_method="windmill")
        self.assertEqual(self.rig.call("POST", route, "{}", token=None).status, 401)
        for scope, status in (("f/t/hello", 200), ("f/t/other", 403)):
            token = self.created({"scopes": ["jobs:run:scripts:" + scope]})
            self.assertEqual(self.rig.call("POST", route, "{}", token=token).status, status)

    def test_tags_bound_what_may_be_run(self):
        tagged = self.rig.script("f/t/tagged.py", "def main(): return 1", yaml="tag: heavy")
        token = self.created({"scopes": ["jobs:run", "if_jobs:filter_tags:heavy,light"]})
        self.assertEqual(self.status(token, tagged), 200)
        self.assertEqual(self.rig.run(tagged, query="?tag=light", token=token).status, 200)
        self.assertEqual(self.rig.run(tagged, query="?tag=other", token=token).status, 403)
        self.assertEqual(self.rig.run(self.hello, query="?tag=heavy", token=token).status, 403)
        self.expect_text(self.rig.run(self.hello, token=token), 403,
                         "Permission denied: the token's if_jobs:filter_tags has no tag python3")

    @each(
        [
            ("openapi", "GET", "/api/w/demo/openapi.json", "scripts:read"),
            ("metrics", "GET", "/api/metrics", "metrics"),
            ("list", "GET", "/api/users/tokens/list", "users:read"),
            ("create", "POST", "/api/users/tokens/create", "users:write"),
            ("delete", "DELETE", "/api/users/tokens/delete/0123456789", "users:write"),
        ]
    )
    def other_routes(self, method, path, scope):
        self.assertEqual(self.rig.call(method, path, token=None).status, 401)
        without = self.created({"scopes": ["jobs:run"]})
        self.expect_text(self.rig.call(method, path, token=without), 403,
                         f"Permission denied: Required scope: {scope}")
        self.assertIn(self.rig.call(method, path, token=self.created({"scopes": [scope]})).status, (200, 201, 404))

    def test_a_workspaces_token_reads_no_metrics_of_all(self):
        token = self.created({"workspace_id": "demo"})
        self.expect_text(self.rig.call("GET", "/api/metrics", token=token), 403,
                         "Permission denied: the token counts in its workspace only")

    def test_a_runs_own_token_counts_in_its_workspace_for_what_is_that_workspaces(self):
        script = self.rig.script("f/t/own.py", """
            import os, urllib.error, urllib.request
            def ask(method, path, body=None):
                request = urllib.request.Request(os.environ["BASE_URL"] + path, body, method=method,
                    headers={"Authorization": "Bearer " + os.environ["WM_TOKEN"]})
                try:
                    return urllib.request.urlopen(request).status
                except urllib.error.HTTPError as error:
                    return error.code
            def main():
                run = "/jobs/run_wait_result/p/f/t/hello"
                return [ask("POST", "/api/w/demo" + run, b"{}"), ask("POST", "/api/w/other" + run, b"{}"),
                        ask("GET", "/api/w/demo/users/whoami"), ask("GET", "/api/metrics"),
                        ask("POST", "/api/users/tokens/create", b"{}"), ask("GET", "/api/users/tokens/list")]
            """)
        answer = self.rig.run(script, token=self.created({"scopes": ["jobs:run"]}))
        self.assertEqual(answer.json(), [200, 401, 200, 403, 403, 403])

    def test_the_log_tells_who_has_called(self):
        for label, name in (("webhook-x", "webhook-x"), ("shop", "label-shop")):
            job = self.rig.run(self.hello, token=self.created({"label": label})).header("X-Towermill-Job")
            self.assertTrue(wait_until(lambda: self.callers(job) == [name], 20), (name, self.callers(job)))

    def callers(self, job):
        lines = [json.loads(line) for line in self.rig.log().splitlines() if job in line]
        return [line["by"] for line in lines if line.get("event") == "run"]


class Cookies(TokenCase):
    @each(
        [
            ("its own page", "POST", {"Sec-Fetch-Site": "same-origin"}, 200),
            ("its own page's GET", "GET", {"Sec-Fetch-Site": "same-origin"}, 200),
            ("a foreign page", "POST", {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.test"}, 401),
            ("a foreign page's GET", "GET", {"Sec-Fetch-Site": "cross-site"}, 401),
            ("a sister's page", "POST", {"Sec-Fetch-Site": "same-site"}, 401),
            ("a link in a mail", "GET", {"Sec-Fetch-Site": "none"}, 401),
            ("an older browser's foreign page", "POST", {"Origin": "https://evil.test"}, 401),
            ("an older browser's foreign GET", "GET", {}, 401),
            ("a page of nowhere", "POST", {"Origin": "null"}, 401),
            ("no browser", "POST", {}, 200),
        ]
    )
    def cookie(self, method, headers, status):
        before = len(self.marks())
        answer = self.rig.call(method, run_url(self.marking), None, {"Cookie": f"token={TOKEN}"} | headers, token=None)
        self.assertEqual((answer.status, len(self.marks()) - before), (status, int(status == 200)), answer)

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.marking = cls.rig.script("f/t/marks.sh", f"echo ran >>{cls.rig.shared}/marks")

    def marks(self):
        file = self.rig.shared / "marks"
        return file.read_text().split() if file.exists() else []


class Unreadable(TokenCase):
    def test_without_its_store_only_the_settings_tokens_count_and_it_is_told_once(self):
        token = self.created({})
        file = self.rig.home / "run/tokens.db"
        file.chmod(0o666)
        for _ in range(3):
            answer = self.rig.run(self.hello, token=token)
            self.expect_text(answer, 503, "Busy: the token cannot be checked at the moment")
            self.assertEqual(answer.header("Retry-After"), "5")
        self.assertEqual(self.status("wrong"), 503)
        self.assertEqual(self.status(TOKEN), 200)
        self.assertEqual(self.rig.log().count("tokens cannot be read"), 1)
        file.chmod(0o600)
        self.assertEqual(self.status(token), 200)


class Floods(TokenCase):
    settings = {"wrong_tokens_limit": 5}

    def test_wrong_tokens_are_slowed_and_right_ones_beside_them_are_not(self):
        token = self.created({})
        answers = [self.rig.run(self.hello, token=f"wrong{number}") for number in range(20)]
        self.assertEqual([answer.status for answer in answers[:5]], [401] * 5)
        self.assertEqual(answers[-1].status, 429)
        self.assertRegex(answers[-1].text, r"^Too many requests: wrong tokens from this address, try again in \d+ s$")
        self.assertLessEqual(int(answers[-1].header("Retry-After")), 60)
        self.assertEqual((self.status(token), self.status(TOKEN), self.status(None)), (200, 200, 401))
