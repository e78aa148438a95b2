"""A script addressed by version: path and content, exactly."""

import os
import re
import shutil
import subprocess
import time

from case import RigCase, each
from rig import PROGRAM, Rig, run_url, wait_until

UNKNOWN = "0123456789abcdef"
DAY_S = 86_400


def version_url(version, workspace="demo"):
    return f"/api/w/{workspace}/jobs/run_wait_result/h/{version}"


def not_found(name):
    return f"Not found: script not found at name {name}"


class VersionCase(RigCase):
    def version(self, path):
        """Of what is at the path now, without running it."""
        return self.rig.call("HEAD", run_url(path)).header("X-Towermill-Version")

    def run_version(self, version, args="{}", **more):
        return self.rig.call("POST", version_url(version, **more), args, {"Content-Type": "application/json"})

    def kept(self, version):
        return self.rig.home / "run/versions/demo" / version

    def restart(self):
        self.rig.server.terminate()
        self.rig.server.wait(40)
        self.rig.start_server()


class Versions(VersionCase):
    @each([
        ("python", ".py", "def main(a): return {}"),
        ("bash", ".sh", "# {0}\nprintf {0} >result.json"),
        ("an executable", "", "#!/bin/sh\necho {}\n"),
    ])
    def an_edit_leaves_the_earlier_version_of(self, ending, source):
        file = f"f/t/edited{ending.strip('.')}{ending}"
        script = self.rig.script(file, source.format(1))
        first = self.rig.run(script, {"a": 1}).header("X-Towermill-Version")
        self.rig.script(file, source.format(2))
        second = self.rig.run(script, {"a": 1})
        self.expect(second, 200, body="2")
        self.expect(self.run_version(first), 200, body="1")
        self.expect(self.run_version(second.header("X-Towermill-Version")), 200, body="2")

    def test_args_and_reserved_keys_are_as_by_path(self):
        script = self.rig.script("f/t/full.py", """
            def main(name):
                mine = {"X-Towermill-Version": "mine"}
                return {"windmill_status_code": 201, "windmill_headers": mine, "result": name}
        """)
        version = self.version(script)
        answer = self.run_version(version, '{"name": "Ada"}')
        self.expect(answer, 201, body='"Ada"')
        self.assertEqual(answer.all("X-Towermill-Version"), [version])
        self.assertRegex(answer.header("X-Towermill-Job"), "-7")

    def test_every_answer_to_a_run_names_the_version(self):
        for source in ("def main(): return 1", "def main(): 1/0"):
            script = self.rig.script("f/t/named.py", source)
            version = self.version(script)
            self.assertRegex(version, "^[0-9a-f]{16}$")
            self.assertEqual(self.rig.run(script).header("X-Towermill-Version"), version)
            self.assertEqual(self.run_version(version).header("X-Towermill-Version"), version)
        refused = self.rig.run("f/t/nothing-there")
        self.assertIsNone(refused.header("X-Towermill-Version"))

    def test_the_version_is_what_the_script_is_told(self):
        script = self.rig.script("f/t/told.py", "import os\ndef main(): return os.environ['WM_RUNNABLE_ID']")
        self.assertEqual(self.rig.run(script).json(), self.version(script))

    def test_post_get_and_head_are_taken_and_others_are_405(self):
        mark = self.rig.shared / "ran"
        script = self.rig.script("f/t/methods", f"#!/bin/sh\necho x >>{mark}\necho 1\n")
        version = self.version(script)
        head = self.rig.call("HEAD", version_url(version))
        self.expect(head, 200, body=b"")
        self.assertFalse(mark.exists())
        self.expect(self.rig.call("GET", version_url(version)), 200, body="1")
        for method in ("PUT", "DELETE"):
            answer = self.rig.call(method, version_url(version))
            self.assertEqual((answer.status, answer.header("Allow")), (405, "GET, HEAD, OPTIONS, POST"))
        self.assertEqual(self.rig.call("GET", version_url(version), token="wrong").status, 401)

    def test_a_version_that_was_never_run_is_found(self):
        script = self.rig.script("f/t/fresh.py", "def main(): return 'fresh'")
        listed = subprocess.run([PROGRAM, "versions", "--config", self.rig.home / "towermill.yaml"],
                                capture_output=True, text=True, check=True).stdout
        version = re.search(rf"^demo  ([0-9a-f]{{16}})  {script}\.py$", listed, re.M).group(1)
        self.expect(self.run_version(version), 200, body='"fresh"')

    @each([
        ("that nothing has", UNKNOWN),
        ("in upper case", UNKNOWN.upper()),
        ("that is short", UNKNOWN[:-1]),
        ("that is long", UNKNOWN + "0"),
        ("that is none", "hello"),
        ("that is empty", ""),
        ("that leads away", "..%2F..%2Fetc"),
    ])
    def a_version(self, version):
        self.expect_text(self.run_version(version), 404, not_found(version.replace("%2F", "/")))

    def test_a_version_with_more_behind_it_is_no_route(self):
        self.assertEqual(self.run_version(UNKNOWN + "/x").status, 404)

    def test_versions_end_with_their_script_and_are_back_with_it(self):
        script = self.rig.script("f/t/gone.py", "def main(): return 'first'")
        version = self.rig.run(script).header("X-Towermill-Version")
        self.expect(self.run_version(version), 200)
        (self.rig.workspace / "f/t/gone.py").unlink()
        self.expect_text(self.run_version(version), 404, not_found(version))
        self.expect_text(self.rig.run(script), 404, not_found(script))
        self.rig.script("f/t/gone.sh", "echo other")
        self.expect(self.run_version(version), 200, body='"first"')
        self.expect(self.rig.run(script), 200, body='"other"')

    def test_a_restart_keeps_versions(self):
        script = self.rig.script("f/t/stays.py", "def main(): return 1")
        version = self.rig.run(script).header("X-Towermill-Version")
        self.rig.script("f/t/stays.py", "def main(): return 2")
        self.restart()
        self.expect(self.run_version(version), 200, body="1")

    def test_the_yaml_of_now_counts(self):
        source = "import time\ndef main(): time.sleep(20)"
        script = self.rig.script("f/t/slow.py", source, yaml="timeout: 10\n")
        version = self.version(script)
        with self.rig.begin(script):
            self.assertTrue(wait_until(lambda: self.kept(version).exists(), 10))
        self.rig.script("f/t/slow.py", source + "  # edited", yaml="timeout: 1\n")
        self.expect_text(self.run_version(version), 504, "timeout after 1s")

    def test_what_was_tampered_with_in_the_store_is_not_run(self):
        script = self.rig.script("f/t/honest.py", "def main(): return 'honest'")
        version = self.rig.run(script).header("X-Towermill-Version")
        self.rig.script("f/t/honest.py", "def main(): return 'edited'")
        kept = self.kept(version)
        kept.chmod(0o600)
        kept.write_text("f/t/honest.py\ndef main(): return 'forged'")
        kept.chmod(0o400)
        self.expect_text(self.run_version(version), 404, not_found(version))
        self.assertIn(version, next(line for line in self.rig.log().splitlines() if "does not hold" in line))

    def test_the_store_is_private(self):
        version = self.rig.run(self.rig.prints("f/t/private", "1")).header("X-Towermill-Version")
        for folder in (self.kept(version).parent, self.kept(version).parent.parent):
            self.assertEqual(folder.stat().st_mode & 0o777, 0o700)

    def test_a_store_that_is_gone_stops_no_run(self):
        shutil.rmtree(self.kept("").parent, ignore_errors=True)
        try:
            script = self.rig.prints("f/t/unkept", "1")
            version = self.rig.run(script).header("X-Towermill-Version")
            self.expect(self.run_version(version), 200, body="1")
        finally:
            self.kept("").parent.mkdir(mode=0o700, exist_ok=True)


class TwoWorkspaces(VersionCase):
    @classmethod
    def setUpClass(cls):
        cls.rig = Rig()
        other = cls.rig.home / "other"
        other.mkdir()
        cls.rig._write_settings({"workspaces": {"demo": str(cls.rig.workspace), "other": str(other)}})
        cls.other = other

    def setUp(self):
        self.restart()

    def test_a_version_of_one_is_unknown_in_the_other(self):
        script = self.rig.script("f/t/ours.py", "def main(): return 'ours'")
        (self.other / "f/t").mkdir(parents=True)
        (self.other / "f/t/ours.py").write_text("def main(): return 'theirs'")
        version = self.rig.run(script).header("X-Towermill-Version")
        self.expect(self.run_version(version), 200, body='"ours"')
        for workspace in ("other", "nowhere"):
            self.expect_text(self.run_version(version, workspace=workspace), 404, not_found(version))


class Retention(VersionCase):
    settings = {"versions_keep_days": 90, "versions_limit_bytes": "16 KiB", "cache_limit_bytes": 0}

    def setUp(self):
        for version in self.kept("").glob("*"):
            version.unlink()

    def make_old(self, path, days):
        used = time.time() - days * DAY_S
        os.utime(path, (used, used))

    def versions(self, number, size=1):
        """The versions of a script that was edited so often, oldest first."""
        found = []
        for edit in range(number):
            script = self.rig.script("f/t/kept.sh", f"echo {edit} # {'x' * size}")
            found.append(self.rig.run(script).header("X-Towermill-Version"))
        return found

    def test_what_was_not_used_for_long_is_forgotten(self):
        long_ago, lately, now = self.versions(3)
        self.make_old(self.kept(long_ago), 91)
        self.make_old(self.kept(lately), 89)
        self.restart()
        self.assertTrue(wait_until(lambda: not self.kept(long_ago).exists(), 10))
        self.expect_text(self.run_version(long_ago), 404, not_found(long_ago))
        self.expect(self.run_version(lately), 200, body='"1"')
        self.assertGreater(self.kept(lately).stat().st_mtime, time.time() - 3600, "a run is a use")
        self.expect(self.run_version(now), 200)

    def test_what_is_too_much_goes_by_its_last_use(self):
        versions = self.versions(4, size=8000)  # 8 KiB each, 16 KiB may stay
        for days, version in enumerate(versions, 1):
            self.make_old(self.kept(version), days)
        self.restart()
        self.assertTrue(wait_until(lambda: not self.kept(versions[2]).exists(), 10))
        self.assertEqual([self.kept(version).exists() for version in versions], [True, True, False, False])

    def test_stored_copies_go_too_and_are_made_anew(self):
        script = self.rig.prints("f/t/copied", "1")
        self.rig.run(script)
        copies = self.rig.home / "run/cache"
        old, *_ = copies.iterdir()
        self.make_old(old, 1)
        self.rig.run(script)
        self.assertGreater(old.stat().st_mtime, time.time() - 3600, "a run is a use")
        self.make_old(old, 1)
        self.restart()
        self.assertTrue(wait_until(lambda: not old.exists(), 10))
        self.expect(self.rig.run(script), 200, body="1")
        self.assertTrue(old.exists())
