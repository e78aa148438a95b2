"""Behind Apache, as CGI (mod_cgi, mod_cgid) and under mod_fcgid. One set of promises for all three."""

import base64
import concurrent.futures
import json
import os
import shutil
import signal
import stat
import unittest

import processes
from apache import ApacheRig
from case import RigCase, each
from ending_test import FAMILY, HIDER
from rig import TOKEN, TOKEN_SHA256, run_url, wait_until
from uploads_test import TYPE, form, part, upload

MIB = 1 << 20


class ApacheCase(RigCase):
    modules, directives = (), ""

    @classmethod
    def make_rig(cls):
        return ApacheRig(cls.way, cls.settings, cls.directives, cls.modules)

    def setUp(self):
        for file in self.rig.shared.iterdir():
            file.unlink()

    def assert_gone(self, pids, seconds):
        gone = wait_until(lambda: not any(processes.is_alive(pid) for pid in pids), seconds)
        self.assertTrue(gone, {pid: processes.command(pid) for pid in pids if processes.is_alive(pid)})

    def pids(self, name):
        return [int(word) for word in self.rig.noted(name, 30)]

    def shared(self):
        return {"folder": str(self.rig.shared)}


class Promises:
    """What holds whichever way the program is started."""

    settings = {"body_limit_bytes": 9 * MIB, "grace_ms": 300}

    @each([
        ("a value", '{"Hello":"World"}', 200, "application/json", '{"Hello":"World"}'),
        ("a status", '{"windmill_status_code":201,"result":1}', 201, "application/json", "1"),
        ("no content", '{"windmill_status_code":204}', 204, "", ""),
        ("csv", '{"windmill_content_type":"text/csv","result":"Hello;World"}', 200, "text/csv", "Hello;World"),
        ("bytes", '{"windmill_content_type":"image/png","windmill_content_transfer_encoding":"base64",'
         f'"result":"{base64.b64encode(bytes(range(256))).decode()}"}}', 200, "image/png", bytes(range(256))),
        ("a wrong status", '{"windmill_status_code":42}', 500, "text/plain", "Invalid status code"),
    ])
    def answers(self, result, status, content_type, body):
        self.expect(self.rig.run(self.rig.prints("f/t/prints", result)), status, content_type, body)

    def test_args_reach_the_script_and_the_job_has_an_id(self):
        script = self.rig.script("f/t/hello.py", "def main(name): return f'Hello, {name}'")
        answer = self.rig.run(script, {"name": "Ada"})
        self.expect(answer, 200, "application/json", '"Hello, Ada"')
        self.assertRegex(answer.header("X-Towermill-Job"), r"^[0-9a-f-]{36}$")

    def test_a_query_is_heeded(self):
        script = self.rig.script("f/t/hello.py", "def main(name): return f'Hello, {name}'")
        payload = base64.urlsafe_b64encode(b'{"name":"Bob"}').decode()
        self.expect(self.rig.call("GET", f"{run_url(script)}?payload={payload}"), 200, body='"Hello, Bob"')

    @each([(query, query) for query in ("--config=/etc/passwd", "--config+/etc/passwd", "version", "-s", "run+f")])
    def a_query_is_no_command_line(self, query):
        self.expect(self.rig.call("GET", f"/api/version?{query}"), 200, body=self.rig.call("GET", "/api/version").body)

    def test_a_large_body_arrives_whole(self):
        script = self.rig.script("f/t/size", "#!/bin/sh\nwc -c | tr -d ' \\n'")
        body = '{"x":"' + "a" * (8 * MIB) + '"}'
        answer = self.rig.call("POST", run_url(script), body, {"Content-Type": "application/json"})
        self.expect(answer, 200, body=str(len(body)))

    def test_a_chunked_body_arrives_whole(self):
        script = self.rig.script("f/t/size", "#!/bin/sh\nwc -c | tr -d ' \\n'")
        chunks = [b'{"x":"', *[b"a" * 100_000] * 20, b'"}']
        answer = self.rig.call("POST", run_url(script), iter(chunks))
        self.expect(answer, 200, body=str(sum(map(len, chunks))))

    def test_a_form_with_a_file_arrives_whole(self):
        script = self.rig.script("f/t/form.py", "import os\ndef main(file, note): return "
                                 "[os.path.getsize(file[0]['path']), file[0]['filename'], note]")
        body = form(upload("file", b"\r\n--" * 500_000, "é.bin"), part("note", "ü".encode()))
        for sent in (body, iter([body[at:at + 70_001] for at in range(0, len(body), 70_001)])):
            self.expect(self.rig.call("POST", run_url(script), sent, TYPE), 200, body='[2000000,"é.bin","ü"]')

    def test_a_body_over_the_limit_is_413(self):
        script = self.rig.prints("f/t/one", "1")
        line = f"Payload too large: the body is over body_limit_bytes {9 * MIB}"
        self.expect_text(self.rig.call("POST", run_url(script), b" " * (10 * MIB)), 413, line)
        self.expect_text(self.rig.call("POST", run_url(script), iter([b" " * MIB] * 10)), 413, line)

    def test_who_is_unknown_is_401(self):
        answer = self.rig.run(self.rig.prints("f/t/one", "1"), token="wrong")
        self.expect_text(answer, 401, "Unauthorized")
        self.assertEqual(answer.header("WWW-Authenticate"), "Bearer")

    def test_what_is_not_there_is_404(self):
        self.expect_text(self.rig.run("f/t/nothing"), 404, "Not found: script not found at name f/t/nothing")
        self.expect(self.rig.call("GET", "/api/nothing"), 404)

    def test_a_wrong_method_is_405(self):
        answer = self.rig.call("DELETE", run_url(self.rig.prints("f/t/one", "1")))
        self.expect(answer, 405)
        self.assertIn("POST", answer.header("Allow"))

    def test_head_has_no_body_and_runs_nothing(self):
        script = self.rig.script("f/t/notes.sh", f"echo yes >{self.rig.shared}/ran")
        self.expect(self.rig.call("HEAD", run_url(script)), 200, body=b"")
        self.assertFalse((self.rig.shared / "ran").exists())

    def test_a_failing_script_is_422(self):
        script = self.rig.script("f/t/fails.py", "def main(): raise ValueError('why')")
        self.assertEqual(self.rig.run(script).status, 422)

    def test_a_run_past_its_time_is_504_and_its_whole_tree_is_gone(self):
        script = self.rig.script("f/t/family.sh", FAMILY, yaml="timeout: 1\n")
        self.expect_text(self.rig.run(script, self.shared()), 504, "timeout after 1s")
        self.assert_gone(self.pids("family"), 10)

    def test_nothing_hides_from_the_end_of_its_run(self):
        script = self.rig.script("f/t/hides.py", HIDER)
        self.expect(self.rig.run(script, self.shared() | {"stay": 0}), 200, body='"done"')
        self.assert_gone(self.pids("hidden"), 10)

    def test_a_script_sees_neither_the_web_servers_environment_nor_its_descriptors(self):
        script = self.rig.script("f/t/looks.py", """
            import os

            def main():
                return {"env": sorted(os.environ), "values": " ".join(os.environ.values()),
                        "fds": len(os.listdir("/proc/self/fd"))}
        """)
        headers = {"Proxy": "http://evil", "Towermill-Config": "/etc/passwd", "Towermill-Timeout-S": "1"}
        answer = self.rig.run(script, query="?SECRET=1", headers=headers)
        self.expect(answer, 200)
        seen = answer.json()
        of_cgi = ("HTTP", "GATEWAY", "REQUEST", "SCRIPT", "TOWERMILL")
        foreign = [name for name in seen["env"] if name.startswith(of_cgi)]
        self.assertEqual(foreign, [])
        self.assertNotIn("known-to-the-server-alone", seen["values"])
        self.assertLessEqual(seen["fds"], 5)

    def test_sixteen_at_once_are_all_answered(self):
        script = self.rig.script("f/t/echo.py", "def main(number): return number")
        with concurrent.futures.ThreadPoolExecutor(16) as pool:
            answers = list(pool.map(lambda number: self.rig.run(script, {"number": number}, timeout=60), range(16)))
        self.assertEqual([(answer.status, answer.text) for answer in answers], [(200, str(n)) for n in range(16)])

    def test_the_state_folders_are_private(self):
        self.expect(self.rig.run(self.rig.prints("f/t/one", "1")), 200)
        for name in ("jobs", "cache"):
            status = (self.rig.home / "run" / name).stat()
            self.assertEqual((stat.S_IMODE(status.st_mode), status.st_uid), (0o700, self.rig.user.pw_uid))


class CgiPromises(Promises):
    """What holds for a process that serves one request."""

    def test_nothing_is_left_between_requests(self):
        self.expect(self.rig.run(self.rig.prints("f/t/one", "1")), 200)
        self.assertTrue(wait_until(lambda: not self.rig.jobs_folders() and not self.rig.programs(), 20))

    def test_a_folder_of_an_ordinary_site_serves_it_too(self):
        answer = self.rig.raw(b"GET /hooks/towermill.cgi/api/version HTTP/1.0\r\n\r\n")
        self.assertTrue(answer.startswith(b"HTTP/1.1 200"), answer)

    def test_rewritten_addresses_need_no_mount(self):
        (self.rig.home / "htdocs/towermill.cgi").symlink_to(self.rig.program)
        (self.rig.home / "htdocs/.htaccess").write_text(
            "RewriteEngine On\nRewriteRule ^(api/.*) towermill.cgi/$1 [END]\n")
        answer = self.rig.raw(b"GET /api/version HTTP/1.0\r\n\r\n")
        self.assertTrue(answer.startswith(b"HTTP/1.1 200"), answer)

    def test_what_a_killed_one_has_left_is_gone_after_the_next_request(self):
        connection = self.rig.begin(self.rig.script("f/t/hides.py", HIDER), self.shared())
        hidden = self.pids("hidden")
        for pid in self.rig.programs():
            os.kill(pid, signal.SIGKILL)
        self.expect(self.rig.run(self.rig.prints("f/t/one", "1")), 200)
        self.assertTrue(wait_until(lambda: not self.rig.jobs_folders(), 20))
        connection.close()
        for pid in hidden:  # it has neither the job's id nor its folder: only a living parent could have told
            if processes.is_alive(pid):
                os.kill(pid, signal.SIGKILL)


class ModCgi(CgiPromises, ApacheCase):
    way = "cgi"
    modules = ("rewrite",)


class ModCgid(CgiPromises, ApacheCase):
    way = "cgid"
    modules = ModCgi.modules


class SettingsOfTheSite(ApacheCase):
    """A user's site on a host that is shared: no folder of the system's, and the settings where nobody may read."""

    way = "cgi"
    modules = ("setenvif",)
    settings = {"token_sha256": ["0" * 64]}
    directives = "SetEnv TOWERMILL_CONFIG {home}/named.yaml"

    @classmethod
    def make_rig(cls):
        rig = super().make_rig()
        settings = json.loads(rig.settings_file.read_text()) | {"token_sha256": [TOKEN_SHA256]}
        del settings["state_dir"]
        (rig.home / "named.yaml").write_text(json.dumps(settings))
        return rig

    def test_setenv_names_the_file(self):
        self.expect(self.rig.run(self.rig.prints("f/t/one", "1")), 200, body="1")

    @unittest.skipIf(os.path.exists("/var/lib/towermill"), "this machine has a folder for the state")
    def test_its_state_is_in_a_private_folder_of_the_user(self):
        self.expect(self.rig.run(self.rig.prints("f/t/one", "1")), 200)
        status = (self.rig.home / f"temp/towermill-{self.rig.user.pw_uid}").stat()
        self.assertEqual((stat.S_IMODE(status.st_mode), status.st_uid), (0o700, self.rig.user.pw_uid))

    def test_a_file_for_htaccess_keeps_the_settings_from_being_read(self):
        hooks = self.rig.home / "htdocs/hooks"
        shutil.copy(self.rig.home / "named.yaml", hooks / "towermill.yaml")
        (hooks / ".htaccess").write_text('<Files "towermill.yaml">\n  Require all denied\n</Files>\n')
        self.assertIn(b" 403 ", self.rig.raw(b"GET /hooks/towermill.yaml HTTP/1.0\r\n\r\n")[:20])
        self.assertIn(b" 200 ", self.rig.raw(b"GET /hooks/towermill.cgi/api/version HTTP/1.0\r\n\r\n")[:20])

    def test_a_token_comes_through_where_the_host_allows_no_cgipassauth(self):
        htaccess = self.rig.home / "htdocs/hooks/.htaccess"
        request = (f"GET /hooks/towermill.cgi{run_url(self.rig.prints('f/t/one', '1'))} HTTP/1.0\r\n"
                   f"Authorization: Bearer {TOKEN}\r\n\r\n").encode()
        htaccess.write_text("CGIPassAuth Off\n")
        self.assertIn(b" 401 ", self.rig.raw(request)[:20])
        htaccess.write_text('CGIPassAuth Off\nSetEnvIf Authorization "(.+)" HTTP_AUTHORIZATION=$1\n')
        self.assertIn(b" 200 ", self.rig.raw(request)[:20])


class ImpatientApache(ApacheCase):
    way = "cgi"
    directives = "Timeout 4"

    def test_its_timeout_ends_the_whole_tree(self):
        script = self.rig.script("f/t/family.sh", FAMILY)
        hider = self.rig.script("f/t/hides.py", HIDER)
        self.assertGreaterEqual(self.rig.run(script, self.shared()).status, 500)
        self.assertGreaterEqual(self.rig.run(hider, self.shared()).status, 500)
        self.assert_gone(self.pids("family") + self.pids("hidden"), 10)


class ImpatientApacheWithADaemon(ImpatientApache):
    way = "cgid"


class ModFcgid(Promises, ApacheCase):
    way = "fcgid"

    def servers(self):
        """Pairs of keeper and server."""
        started = self.rig.programs()
        return [(pid, child) for pid in started for child in processes.children(pid) if child in started]

    def test_several_processes_share_the_work(self):
        script = self.rig.script("f/t/waits.sh", "sleep 1\necho done")
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            answers = list(pool.map(lambda _: self.rig.run(script, timeout=60).status, range(4)))
        self.assertEqual(answers, [200] * 4)
        self.assertGreater(len(self.servers()), 1)

    def test_they_are_no_processes_of_root(self):
        self.expect(self.rig.call("GET", "/api/version"), 200)
        for pair in self.servers():
            for pid in pair:
                owner = next(line for line in open(f"/proc/{pid}/status") if line.startswith("Uid:")).split()[1]
                self.assertEqual(int(owner), self.rig.user.pw_uid)

    def test_a_process_that_is_told_to_end_lets_its_run_finish(self):
        script = self.rig.script("f/t/slow.sh", 'folder="$1"\necho yes >"$folder/started"\nsleep 1\necho done')
        connection = self.rig.begin(script, self.shared())
        self.rig.noted("started", 30)
        everybody = self.servers()
        for keeper, _ in everybody:
            os.kill(keeper, signal.SIGTERM)
        self.assertIn(b"200 OK", connection.recv(65536))
        connection.close()
        self.assert_gone([pid for pair in everybody for pid in pair], 10)
        self.expect(self.rig.run(self.rig.prints("f/t/one", "1")), 200, body="1")

    def test_a_process_that_is_killed_takes_its_run_along(self):
        connection = self.rig.begin(self.rig.script("f/t/family.sh", FAMILY), self.shared())
        family = self.pids("family")
        for keeper, _ in self.servers():
            os.kill(keeper, signal.SIGKILL)
        self.assert_gone(family, 10)
        connection.close()
        one = self.rig.prints("f/t/one", "1")
        # Apache may not have noticed yet, and then answers 503 itself.
        self.assertTrue(wait_until(lambda: self.rig.run(one).status == 200, 10, 0.2))

