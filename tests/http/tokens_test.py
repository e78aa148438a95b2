"""Tokens that people make, on the command line and over the API: what is kept of them, and that revoking one counts at
once, in every process."""

import json
import os
import stat
import subprocess
import threading
import time
from datetime import datetime, timedelta, timezone

from case import each
from cgi_test import WebServerless
from fastcgi import Wire, variables
from rig import PROGRAM, TOKEN, run_url, wait_until
from token_case import TokenCase


class CommandLine(TokenCase):
    def test_a_webhooks_token_runs_its_script_and_no_other(self):
        token = self.made("--scope", "jobs:run:scripts:f/t/hello")
        self.assertRegex(token, r"^[A-Za-z0-9]{32,}$")
        self.expect(self.rig.run(self.hello, token=token), 200, body='"Hello"')
        self.expect_text(self.rig.run(self.other, token=token), 403,
                         "Permission denied: Required scope: jobs:run:scripts:f/t/other")

    def test_it_is_kept_as_a_hash_in_a_file_of_the_servers_user_alone(self):
        token = self.made("--label", "kept")
        files = list((self.rig.home / "run").glob("tokens.db*"))
        self.assertIn("tokens.db", [file.name for file in files])
        for file in files:
            self.assertEqual(stat.S_IMODE(file.stat().st_mode), 0o600)
            self.assertNotIn(token.encode(), file.read_bytes())

    def test_a_revoked_one_counts_for_no_further_request(self):
        token = self.made()
        self.assertEqual(self.status(token), 200)
        done = self.towermill("revoke", token[:10])
        self.assertEqual((done.returncode, done.stdout), (0, "revoked\n"))
        self.assertEqual(self.status(token), 401)
        self.assertEqual(self.towermill("revoke", token[:10]).returncode, 1)

    def test_the_list_shows_everything_but_the_tokens(self):
        token = self.made("--label", "shop", "--expires", "90d", "--workspace", "demo", "--scope", "jobs:run:flows",
                          "--scope", "metrics")
        shown = self.towermill("list").stdout
        line, = (line for line in shown.splitlines() if line.startswith(token[:10]))
        for word in ("shop", "demo", "jobs:run:flows metrics", "never"):
            self.assertIn(word, line)
        self.assertNotIn(token, shown)

    @each(
        [
            ("scope", ["--scope", "job:run"], "the scope job:run is not right"),
            ("workspace", ["--workspace", "none"], "the settings have no workspace none"),
            ("time", ["--expires", "tomorrow"], "--expires is as 90d"),
            ("past", ["--expires", "2020-01-01T00:00:00Z"], "the expiration is in the past"),
            ("label", ["--label", "a\tb\x01"], "the label"),
        ]
    )
    def slip(self, arguments, complaint):
        done = self.towermill("create", *arguments)
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertIn(complaint, done.stderr)

    def test_an_expired_one_is_unknown(self):
        soon = (datetime.now(timezone.utc) + timedelta(seconds=3)).strftime("%Y-%m-%dT%H:%M:%SZ")
        token = self.made("--expires", soon)
        self.assertTrue(wait_until(lambda: self.status(token) == 401, 20))
        self.assertIn("expired", self.towermill("list").stdout)


class OverTheApi(TokenCase):
    def test_a_token_is_made_listed_and_revoked(self):
        body = {"label": "shop", "expiration": "2090-01-31T12:00:00Z", "workspace_id": "demo",
                "scopes": ["jobs:run:scripts:f/t/hello"]}
        answer = self.create(body)
        self.assertEqual(answer.status, 201, answer)
        self.assertRegex(answer.text, r"^[A-Za-z0-9]{32,}$")
        self.assertTrue(answer.header("Content-Type").startswith("text/plain"))
        row, = (row for row in self.listed() if row["token_prefix"] == answer.text[:10])
        for key, value in body.items():
            self.assertEqual(row[key], value)
        self.assertRegex(row["created_at"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")
        self.assertEqual(self.status(answer.text), 200)
        self.assertEqual(self.revoke(answer.text).status, 200)
        self.assertEqual(self.status(answer.text), 401)
        self.assertEqual(self.revoke(answer.text).status, 404)

    def test_of_several_who_revoke_one_at_once_one_is_told_that_he_did(self):
        for _ in range(20):
            token, statuses = self.created({}), []
            threads = [threading.Thread(target=lambda: statuses.append(self.revoke(token).status)) for _ in range(4)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            self.assertEqual(sorted(statuses), [200, 404, 404, 404])

    def test_the_list_comes_in_pages_the_newest_first(self):
        for number in range(3):
            self.created({"label": f"page {number}"})
        every = [row["token_prefix"] for row in self.listed("?per_page=1000")]
        pages = [row["token_prefix"] for page in (1, 2) for row in self.listed(f"?page={page}&per_page=2")]
        self.assertEqual(pages, every[:4])

    @each(
        [
            ("no JSON", b"{", 400),
            ("no object", b"[]", 400),
            ("a slip in a key", b'{"scope": ["jobs:run"]}', 400),
            ("no list", b'{"scopes": "jobs:run"}', 400),
            ("no string", b'{"scopes": [1]}', 400),
            ("an empty list", b'{"scopes": []}', 400),
            ("no scope", b'{"scopes": ["job:run"]}', 400),
            ("no moment", b'{"expiration": "tomorrow"}', 400),
            ("the past", b'{"expiration": "2020-01-01T00:00:00Z"}', 400),
            ("no workspace", b'{"workspace_id": "none"}', 400),
            ("read only", b'{"read_only": true}', 400),
            ("too long", b'{"label": "' + b"x" * 70_000 + b'"}', 413),
            ("nothing", b"", 201),
            ("nulls", b'{"label":null,"expiration":null,"scopes":null,"workspace_id":null,"read_only":false}', 201),
        ]
    )
    def body(self, body, status):
        self.assertEqual(self.rig.call("POST", "/api/users/tokens/create", body).status, status)

    def test_none_is_wider_than_the_token_that_makes_it(self):
        narrow = self.created({"scopes": ["users:write", "users:read", "jobs:run:scripts:f/t/*"],
                               "workspace_id": "demo", "expiration": "2090-01-01T00:00:00Z"})
        for wider in ({"scopes": ["*"]}, {"scopes": ["jobs:run"]}, {"expiration": "2091-01-01T00:00:00Z"}):
            answer = self.create(wider, narrow)
            self.assertEqual(answer.status, 403, answer)
            self.assertIn("wider", answer.text)
        child = self.created({}, narrow)
        self.assertEqual((self.status(child), self.rig.call("GET", "/api/metrics", token=child).status), (200, 403))
        mine = {row["token_prefix"] for row in self.listed(token=narrow)}
        self.assertEqual(mine & {child[:10], narrow[:10]}, {child[:10], narrow[:10]})
        powerful = self.created({})
        self.assertNotIn(powerful[:10], mine)
        self.assertEqual(self.revoke(powerful, by=narrow).status, 404)
        self.assertEqual(self.revoke(self.created({"workspace_id": "demo"}), by=narrow).status, 403)
        self.assertEqual(self.revoke(child, by=narrow).status, 200)

    def test_who_one_is(self):
        me = self.rig.call("GET", "/api/users/whoami").json()
        self.assertEqual((me["username"], me["super_admin"]), ("admin", True))
        token = self.created({"label": "shop", "scopes": ["jobs:run:scripts:f/t/hello"], "workspace_id": "demo"})
        me = self.rig.call("GET", "/api/w/demo/users/whoami", token=token).json()
        self.assertEqual((me["username"], me["is_admin"], me["workspace_id"]), ("label-shop", False, "demo"))
        self.assertEqual(self.rig.call("GET", "/api/w/none/users/whoami", token=token).status, 401)
        self.assertEqual(self.rig.call("GET", "/api/w/none/users/whoami").status, 404)
        self.assertEqual(self.rig.call("GET", "/api/users/whoami", token=None).status, 401)

    def test_a_token_counts_in_its_workspace_only(self):
        token = self.created({"workspace_id": "demo"})
        self.assertEqual(self.status(token), 200)
        other = self.rig.call("POST", run_url(self.hello).replace("/demo/", "/other/"), "{}", token=token)
        self.expect_text(other, 401, "Unauthorized")

    def test_which_workspaces_there_are(self):
        for name, there in (("demo", "true"), ("none", "false")):
            body = json.dumps({"id": name})
            self.expect(self.rig.call("POST", "/api/workspaces/exists", body), 200, "application/json", there)
        self.assertEqual(self.rig.call("POST", "/api/workspaces/exists", "{}").status, 400)
        self.assertEqual(self.rig.call("POST", "/api/workspaces/exists", '{"id":"demo"}', token=None).status, 401)

    @each([(path, path) for path in ("..", "%2e%2e%2ftokens.db", "a'%20OR%20'1'='1", "%25", "x", "%00", "a/b", "")])
    def no_prefix(self, prefix):
        kept = self.created({})
        answer = self.rig.call("DELETE", f"/api/users/tokens/delete/{prefix}")
        self.assertIn(answer.status, (400, 404), answer)
        self.assertEqual(self.status(kept), 200)

    @each(
        [
            ("create", "GET", "/api/users/tokens/create", "OPTIONS, POST"),
            ("list", "POST", "/api/users/tokens/list", "GET, HEAD, OPTIONS"),
            ("delete", "GET", "/api/users/tokens/delete/x", "DELETE, OPTIONS"),
            ("whoami", "POST", "/api/users/whoami", "GET, HEAD, OPTIONS"),
            ("exists", "GET", "/api/workspaces/exists", "OPTIONS, POST"),
        ]
    )
    def method(self, method, path, allowed):
        answer = self.rig.call(method, path)
        self.assertEqual((answer.status, answer.header("Allow")), (405, allowed))


class LastUse(TokenCase):
    def test_it_is_written_soon_and_not_on_the_requests_way(self):
        token = self.created({"label": "used"})
        time.sleep(1.1)  # another second than that of its making
        self.assertEqual(self.status(token), 200)

        def used():
            row, = (row for row in self.listed() if row["token_prefix"] == token[:10])
            return row["last_used_at"] > row["created_at"]

        self.assertTrue(wait_until(used, 20))


class ManyProcesses(TokenCase):
    """A second server on the same state_dir."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.second_socket = str(cls.rig.home / "second.sock")
        cls.second = subprocess.Popen(
            [PROGRAM, "serve", "--config", str(cls.rig.home / "towermill.yaml"), "--socket", cls.second_socket],
            cwd=cls.rig.home, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        assert wait_until(lambda: os.path.exists(cls.second_socket), 30)

    @classmethod
    def tearDownClass(cls):
        cls.second.terminate()
        cls.second.wait(40)
        super().tearDownClass()

    def second_status(self, token):
        with Wire(self.second_socket) as wire:
            wire.request(variables("GET", run_url(self.hello), HTTP_AUTHORIZATION=f"Bearer {token}"))
            return int(wire.answer()[0].split()[1])

    def test_what_one_makes_and_revokes_counts_in_the_other_at_once(self):
        for _ in range(10):
            token = self.created({})
            self.assertEqual((self.status(token), self.second_status(token)), (200, 200))
            self.revoke(token)
            self.assertEqual((self.second_status(token), self.status(token)), (401, 401))


class OneRequest(WebServerless):
    """CGI: a process for each request, beside the command line."""

    def token(self, *arguments):
        command = [str(self.program), "token", *arguments, "--config", str(self.home / "bin/towermill.yaml")]
        return subprocess.run(command, capture_output=True, text=True, timeout=60, check=True,
                              env={"PATH": "/usr/bin:/bin", "TMPDIR": str(self.home / "temp")}).stdout.strip()

    def status(self, token):
        script = self.script("one.sh", "echo 1")
        return self.request(run_url(script), HTTP_AUTHORIZATION=f"Bearer {token}")[0].partition("\r")[0]

    def test_a_token_counts_until_it_is_revoked(self):
        self.write("bin/towermill.yaml", self.settings)
        token = self.token("create", "--scope", "jobs:run:scripts:f/t/one")
        self.assertEqual(self.status(token), "Status: 200 OK")
        self.assertNotIn("never  never", self.token("list"), "its last use is written")
        self.token("revoke", token[:10])
        self.assertEqual(self.status(token), "Status: 401 Unauthorized")
