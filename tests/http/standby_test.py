"""Processes that wait for runs: of interpreters that start slowly and cannot be forked."""

import json
import os
import signal
import threading
import unittest

import processes
from case import RigCase
from rig import wait_until

PLACE = """
    import { homedir, tmpdir } from 'node:os';
    import { readFileSync, readdirSync } from 'node:fs';
    export function main(wait = 0) {
      return new Promise((done) => setTimeout(() => done({
        pid: process.pid, cwd: process.cwd(), env: { ...process.env }, home: homedir(), temp: tmpdir(),
        argv: process.argv.slice(1), zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
        hour: new Date(Date.UTC(2026, 0, 1, 12)).getHours(), files: readdirSync('.'),
        limits: readFileSync('/proc/self/limits', 'utf8'),
        globals: Object.getOwnPropertyNames(globalThis).sort(), heard: process.eventNames().map(String).sort(),
      }), wait));
    }
"""


class Standing:
    """What the tests of each language share."""

    def records(self, path):
        records = [json.loads(line) for line in self.rig.log().splitlines() if line.startswith("{")]
        return [record for record in records if record["event"] == "run" and record["path"] == path]

    def standbys(self):
        """The processes that wait."""
        children = processes.children(self.rig.server_pid)
        return [pid for pid in children if (self.job_of(pid) or "").startswith("standby-")]

    def job_of(self, pid):
        try:
            with open(f"/proc/{pid}/environ", "rb") as file:
                found = [item for item in file.read().split(b"\0") if item.startswith(b"WM_JOB_ID=")]
        except OSError:
            return None
        return found[0].decode().partition("=")[2] if found else None

    def await_standby(self, count=1):
        self.assertTrue(wait_until(lambda: len(self.standbys()) >= count, 30), self.rig.log()[-2000:])

    def kill_standbys(self):
        killed = self.standbys()
        for pid in killed:
            os.kill(pid, signal.SIGKILL)
        self.assertTrue(wait_until(lambda: not any(os.path.exists(f"/proc/{pid}") for pid in killed), 10))

    def run_by_standby(self, path, args=None):
        """The result of a run that a standby has served."""
        found = []

        def is_served():
            answer = self.rig.run(path, args)
            self.expect(answer, 200, "application/json")
            found.append(answer.json() | {"job": answer.header("X-Towermill-Job")})
            return self.way_of(path, found[-1]["job"]) == "standby"

        self.assertTrue(wait_until(is_served, 30, 0.2))
        return found[-1]

    def way_of(self, path, job):
        found = []

        def is_over():
            found.extend(record["way"] for record in self.records(path) if record["job"] == job)
            return found

        self.assertTrue(wait_until(is_over, 10))
        return found[0]


class Node(Standing, RigCase):
    settings = {"javascript": "node", "grace_ms": 300}

    def place(self, name="place", **more):
        return self.rig.script(f"f/t/{name}.ts", PLACE, **more)

    def test_one_serves_one_run_and_another_takes_its_place(self):
        path = self.place("once")
        pids = {self.run_by_standby(path)["pid"] for _ in range(3)}
        self.assertEqual(len(pids), 3)
        self.assertTrue(wait_until(lambda: not any(processes.is_alive(pid) for pid in pids), 10))

    def test_a_run_finds_its_environment_and_its_folder(self):
        path = self.place("own", yaml="envs: [SHOP=north, TZ=Asia/Tokyo]\n")
        found = self.run_by_standby(path)
        env = found["env"]
        self.assertEqual((env["WM_JOB_ID"], env["SHOP"], env["HOME"], env["TMPDIR"]),
                         (found["job"], "north", found["cwd"], found["cwd"]))
        self.assertTrue(found["cwd"].startswith(str(self.rig.home / "run/jobs/")))
        self.assertEqual((found["home"], found["temp"], found["files"]), (found["cwd"], found["cwd"], []))
        self.assertEqual((found["zone"], found["hour"]), ("Asia/Tokyo", 21))

    def test_it_is_all_as_in_a_cold_run(self):
        path = self.place("same")
        warm = self.run_by_standby(path)
        self.kill_standbys()
        cold = self.rig.run(path).json()
        self.assertEqual(sorted(warm["env"]), sorted(cold["env"]))
        for same in ("argv", "globals", "heard"):
            self.assertEqual(warm[same], cold[same])
        self.assertEqual(*[[line for line in found["limits"].splitlines() if "processes" not in line]
                           for found in (warm, cold)])

    def test_its_memory_is_that_of_the_script(self):
        path = self.rig.script("f/t/heap.ts", """
            import { getHeapStatistics } from 'node:v8';
            export const main = () => ({ mib: getHeapStatistics().heap_size_limit / 2 ** 20 });
        """, yaml="memory_bytes: 300 MiB\n")
        found = self.run_by_standby(path)
        self.assertLess(found["mib"], 420)

    def test_one_that_was_killed_harms_nobody(self):
        path = self.place("killed")
        self.rig.run(path)
        for _ in range(3):
            self.await_standby()
            self.kill_standbys()
            self.expect(self.rig.run(path), 200)

    def test_there_are_as_many_as_runs_were_at_once(self):
        path = self.place("several")
        callers = [threading.Thread(target=self.rig.run, args=(path, {"wait": 1000})) for _ in range(3)]
        for caller in callers:
            caller.start()
        for caller in callers:
            caller.join()
        self.await_standby(3)

    def test_a_script_that_changes_is_a_new_script(self):
        for number in range(4):
            path = self.rig.script("f/t/changing.ts", f"export const main = () => ({{ a: {number} }})")
            self.assertEqual(self.run_by_standby(path)["a"], number)

    def test_they_die_with_a_server_that_is_killed(self):
        path = self.place("orphaned")
        self.rig.run(path)
        self.await_standby()
        standbys = self.standbys()
        os.kill(self.rig.server_pid, signal.SIGKILL)
        self.assertTrue(wait_until(lambda: not any(processes.is_alive(pid) for pid in standbys), 10))
        self.assertTrue(wait_until(self.serves, 30))

    def serves(self):
        try:
            return self.rig.run("f/t/orphaned").status == 200
        except OSError:
            return False


class Php(Standing, RigCase):
    def test_a_run_finds_its_environment_and_its_folder(self):
        path = self.rig.script("f/t/place.php", """
            <?php
            function main() {
                return ["env" => getenv(), "cwd" => getcwd(), "server" => $_SERVER["WM_JOB_ID"],
                        "argv" => $_SERVER["argv"]];
            }
        """)
        found = self.run_by_standby(path)
        self.assertEqual((found["env"]["WM_JOB_ID"], found["server"], found["env"]["HOME"], found["argv"]),
                         (found["job"], found["job"], found["cwd"], ["f/t/place.php"]))

    def test_what_a_run_leaves_in_the_background_lives_as_long_as_the_run(self):
        path = self.rig.script("f/t/daemon.php", f"""
            <?php
            function main(bool $wait) {{
                if (pcntl_fork() === 0) {{
                    posix_setsid();
                    if (pcntl_fork() === 0) {{
                        file_put_contents('{self.rig.shared}/daemon.new', getmypid() . "\n");
                        rename('{self.rig.shared}/daemon.new', '{self.rig.shared}/daemon');
                        sleep(60);
                    }}
                    posix_kill(getmypid(), SIGKILL);
                }}
                pcntl_wait($status);
                while ($wait && !file_exists('{self.rig.shared}/enough')) usleep(10000);
                return ["waited" => $wait];
            }}
        """)
        self.run_by_standby(path, {"wait": False})
        (self.rig.shared / "daemon").unlink()
        self.await_standby()
        answers = []
        caller = threading.Thread(target=lambda: answers.append(self.rig.run(path, {"wait": True})))
        caller.start()
        daemon = int(self.rig.noted("daemon")[0])
        self.expect(self.rig.run(self.rig.script("f/t/sweeps.sh", "echo 1")), 200)
        lived_on = processes.is_alive(daemon)
        (self.rig.shared / "enough").touch()
        caller.join()
        self.expect(answers[0], 200)
        self.assertEqual(self.way_of(path, answers[0].header("X-Towermill-Job")), "standby")
        self.assertTrue(lived_on)
        self.assertTrue(wait_until(lambda: not processes.is_alive(daemon), 10))


class Bounds(Standing, RigCase):
    settings = {"javascript": "node", "warm_idle_s": 2}

    def test_none_stays_where_nobody_asks(self):
        self.rig.run(self.rig.script("f/t/idle.ts", "export const main = () => 1"))
        self.await_standby()
        self.assertTrue(wait_until(lambda: not self.standbys(), 30))


class NoRoom(Standing, RigCase):
    settings = {"javascript": "node", "warm_memory_bytes": "1 MiB"}

    def test_without_room_runs_start_cold(self):
        path = self.rig.script("f/t/cold.ts", "export const main = () => 1")
        for _ in range(3):
            self.expect(self.rig.run(path), 200, body="1")
        self.assertTrue(wait_until(lambda: len(self.records(path)) == 3, 10))
        self.assertEqual([record["way"] for record in self.records(path)], ["start"] * 3)
        self.assertEqual(self.standbys(), [])


class SwitchedOff(Standing, RigCase):
    settings = {"javascript": "node", "warm_starts": False}

    def test_nobody_waits(self):
        path = self.rig.script("f/t/cold.ts", "export const main = () => 1")
        for _ in range(2):
            self.rig.run(path)
        self.assertTrue(wait_until(lambda: len(self.records(path)) == 2, 10))
        self.assertEqual([record["way"] for record in self.records(path)], ["start"] * 2)


if __name__ == "__main__":
    unittest.main()
