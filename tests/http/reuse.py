"""What holds for a script whose process serves many runs, whatever its language: a mixin for a RigCase."""

import json
import os
import signal
import threading

import processes
from rig import wait_until

KEPT = "dedicated_worker: true\n"

COUNTING = {
    ".py": """
        import os
        count = 0
        def main(wait=None, note=None):
            global count
            count += 1
            if note:
                with open(note, "a") as file:
                    file.write(f"{os.getpid()}\\n")
            if wait:
                import time
                time.sleep(wait)
            print(f"run {count} prints")
            return {"count": count, "pid": os.getpid(), "cwd": os.getcwd(), "env": dict(os.environ),
                    "files": os.listdir(".")}
    """,
    ".ts": """
        import { appendFileSync, readdirSync } from 'node:fs';
        let count = 0;
        export async function main(wait?: number, note?: string) {
          count += 1;
          if (note) appendFileSync(note, `${process.pid}\\n`);
          if (wait) await new Promise((done) => setTimeout(done, wait * 1000));
          console.log(`run ${count} prints`);
          return { count, pid: process.pid, cwd: process.cwd(), env: { ...process.env }, files: readdirSync('.') };
        }
    """,
    ".php": """
        <?php
        $count = 0;
        function main($wait = null, $note = null) {
            $count = ++$GLOBALS["count"];
            if ($note) file_put_contents($note, getmypid() . "\\n", FILE_APPEND);
            if ($wait) sleep($wait);
            echo "run $count prints\\n";
            return ["count" => $count, "pid" => getmypid(), "cwd" => getcwd(), "env" => getenv(),
                    "files" => array_slice(scandir("."), 2)];
        }
    """,
}


class Reusing:
    """What holds for each language; a class for each says how its file's name ends."""

    ending = ""

    def kept(self, name="f/t/kept", yaml=KEPT, source=None):
        return self.rig.script(name + self.ending, source or COUNTING[self.ending], yaml=yaml)

    def result(self, path, args=None):
        answer = self.rig.run(path, args)
        self.expect(answer, 200, "application/json")
        return answer.json() | {"job": answer.header("X-Towermill-Job")}

    def ways(self, path):
        records = [json.loads(line) for line in self.rig.log().splitlines() if line.startswith("{")]
        return [record["way"] for record in records if record["event"] == "run" and record["path"] == path]

    def test_one_process_serves_one_run_after_the_other_and_keeps_what_is_global(self):
        path = self.kept("f/t/globals")
        runs = [self.result(path) for _ in range(4)]
        self.assertEqual([run["count"] for run in runs], [1, 2, 3, 4])
        self.assertEqual(len({run["pid"] for run in runs}), 1)
        self.assertTrue(wait_until(lambda: len(self.ways(path)) == 4, 10))
        self.assertEqual(self.ways(path), ["start", "reuse", "reuse", "reuse"])

    def test_each_run_has_its_environment_its_folder_and_its_log(self):
        path = self.kept("f/t/separate", yaml=KEPT + "envs: [SHOP=north]\n")
        runs = [self.result(path) for _ in range(3)]
        self.assertEqual([run["env"]["WM_JOB_ID"] for run in runs], [run["job"] for run in runs])
        self.assertEqual(len({run["env"]["WM_TOKEN"] for run in runs}), 3)
        for run in runs:
            self.assertEqual(run["env"]["SHOP"], "north")
            self.assertEqual(run["env"]["HOME"], run["cwd"])
            self.assertEqual(run["files"], [])
            self.assertTrue(run["cwd"].startswith(str(self.rig.home / "run/jobs/")), run)
        cold = self.result(self.kept("f/t/cold", yaml="envs: [SHOP=north]\n"))
        self.assertEqual(sorted(cold["env"]), sorted(runs[-1]["env"]))
        for number, run in enumerate(runs):
            self.assertTrue(wait_until(lambda: self.printed(run["job"]) == [f"run {number + 1} prints"], 10), run)

    def printed(self, job):
        records = [json.loads(line) for line in self.rig.log().splitlines() if line.startswith("{")]
        return [record["text"].strip() for record in records if record["event"] == "script" and record["job"] == job]

    def test_runs_at_once_have_a_process_each_and_these_stay(self):
        path = self.kept("f/t/several")
        pids = set()
        for _ in range(2):
            found = []
            at_once = [threading.Thread(target=lambda: found.append(self.result(path, {"wait": 1})["pid"]))
                       for _ in range(3)]
            for thread in at_once:
                thread.start()
            for thread in at_once:
                thread.join()
            self.assertEqual(len(set(found)), 3)
            pids |= set(found)
        self.assertEqual(len(pids), 3)

    def test_a_failure_ends_nothing(self):
        path = self.kept("f/t/throws", source=self.throwing)
        self.assertEqual(self.rig.run(path, {"fail": True}).json()["error"]["message"], "as asked")
        first = self.result(path)
        self.assertEqual(self.rig.run(path, {"fail": True}).json()["error"]["message"], "as asked")
        self.assertEqual(self.result(path)["pid"], first["pid"])

    def test_a_crash_costs_only_the_run_in_it(self):
        path = self.kept("f/t/crashes", source=self.crashing)
        first = self.result(path)["pid"]
        answer = self.rig.run(path, {"crash": True})
        self.expect(answer, 422, "application/json")
        self.assertEqual(answer.json()["error"]["exit_code"], 7)
        self.assertNotEqual(self.result(path)["pid"], first)

    def test_a_process_that_was_killed_while_it_waited_harms_nobody(self):
        path = self.kept("f/t/killed")
        first = self.result(path)["pid"]
        os.kill(first, signal.SIGKILL)
        self.assertTrue(wait_until(lambda: not os.path.exists(f"/proc/{first}"), 10))
        self.assertNotEqual(self.result(path)["pid"], first)

    def test_a_run_that_takes_too_long_takes_its_process_with_it(self):
        path = self.kept("f/t/slow", yaml=KEPT + "timeout: 1\n")
        first = self.result(path)["pid"]
        self.expect_text(self.rig.run(path, {"wait": 60}), 504, "timeout after 1s")
        self.assertTrue(wait_until(lambda: not processes.is_alive(first), 10))
        self.assertEqual(self.result(path)["count"], 1)

    def test_who_hangs_up_ends_that_run_s_process_alone(self):
        path = self.kept("f/t/left")
        note = self.rig.shared / f"left{self.ending}"
        connection = self.rig.begin(path, {"wait": 60, "note": str(note)})
        busy = int(self.rig.noted(note.name)[0])
        idle = self.result(path)["pid"]
        connection.close()
        self.assertTrue(wait_until(lambda: not processes.is_alive(busy), 10))
        self.assertEqual(self.result(path)["pid"], idle)

    def test_a_script_that_changes_is_never_served_by_the_old_process(self):
        written, stale = [0], []

        def ask():
            while written[0] < 6:
                least = written[0]
                found = self.rig.run("f/t/changing").json()
                if found < least:
                    stale.append((least, found))

        path = self.kept("f/t/changing", source=self.constant % 0)
        callers = [threading.Thread(target=ask) for _ in range(3)]
        for caller in callers:
            caller.start()
        for number in range(1, 7):
            self.kept("f/t/changing", source=self.constant % number)
            written[0] = number
            self.assertEqual([self.rig.run(path).json() for _ in range(3)], [number] * 3)
        for caller in callers:
            caller.join()
        self.assertEqual(stale, [])

    def test_of_a_script_that_is_edited_again_and_again_two_versions_stay(self):
        pids = []
        for number in range(8):
            path = self.kept("f/t/edited", source=COUNTING[self.ending] + "\n" * number)
            pids.append(self.result(path)["pid"])
        self.assertEqual(len(set(pids)), 8)
        self.assertTrue(wait_until(lambda: sum(map(processes.is_alive, pids)) == 2, 10))

    def test_what_its_yaml_says_now_holds(self):
        path = self.kept("f/t/renamed", yaml=KEPT + "envs: [A=1]\n")
        first = self.result(path)
        self.kept("f/t/renamed", yaml=KEPT + "envs: [A=2]\n")
        second = self.result(path)
        self.assertNotEqual(first["pid"], second["pid"])
        self.assertEqual(second["env"]["A"], "2")

    def test_a_large_result_and_large_args_arrive_in_a_later_run_too(self):
        path = self.kept("f/t/large", source=self.echoing)
        for size in (10, 3_000_000, 20):
            answer = self.rig.run(path, {"text": "x" * size})
            self.expect(answer, 200, "application/json", '"' + "x" * size + '"')

    def test_temporary_files_go_to_the_folder_of_each_run(self):
        path = self.kept("f/t/temporary", source=self.temporary)
        for _ in range(3):
            self.assertEqual(self.rig.run(path).json(), True)
        named = self.kept("f/t/named", source=self.temporary, yaml=KEPT + f"envs: [TMPDIR={self.rig.shared}]\n")
        for _ in range(2):
            self.assertEqual(self.rig.run(named).json(), str(self.rig.shared))

    def test_a_background_process_stays_as_long_as_its_process(self):
        path = self.kept("f/t/background", source=self.background)
        child = self.rig.run(path).json()
        for _ in range(3):
            self.rig.run(path)
        self.rig.run(self.rig.script("f/t/other.sh", "sleep 0.1; echo 1"))
        self.assertTrue(processes.is_alive(child))


class ReusingJavaScript(Reusing):
    """What holds for every runtime."""

    ending = ".ts"
    temporary = """
        import { mkdtempSync } from 'node:fs';
        import { dirname, join } from 'node:path';
        import { tmpdir } from 'node:os';
        export function main() {
          const folder = dirname(mkdtempSync(join(tmpdir(), 'x')));
          return folder === process.cwd() || folder;
        }
    """
    throwing = """
        export function main(fail = false) {
          if (fail) throw new Error("as asked");
          return { pid: process.pid };
        }
    """
    crashing = """
        export function main(crash = false) {
          if (crash) process.exit(7);
          return { pid: process.pid };
        }
    """
    constant = "export const main = () => %d\n"
    echoing = "export const main = (text: string) => text\n"
    background = """
        import { execFileSync } from 'node:child_process';
        const pid = Number(execFileSync('sh', ['-c', 'sleep 60 >/dev/null 2>&1 & echo $!']));
        export const main = () => pid;
    """

    def test_a_main_that_waits_for_nothing_is_told_so_each_time(self):
        path = self.kept("f/t/idle", source="export const main = () => new Promise(() => {})\n")
        for _ in range(3):
            self.assertIn("main never ends", self.rig.run(path).json()["error"]["message"])

    def test_what_the_script_started_goes_on_between_runs(self):
        path = self.kept("f/t/ticks", source="""
            let ticks = 0;
            setInterval(() => { ticks += 1 }, 5);
            export const main = () => ticks;
        """)
        self.rig.run(path)
        self.assertTrue(wait_until(lambda: self.rig.run(path).json() > 5, 10, 0.2))

    def test_an_error_that_nobody_catches_fails_the_run_that_it_happens_in(self):
        path = self.kept("f/t/uncaught", source="""
            export function main(fail = false) {
              if (!fail) return process.pid;
              setTimeout(() => { throw new Error("late") }, 5);
              return new Promise((done) => setTimeout(done, 5000));
            }
        """)
        pid = self.rig.run(path).json()
        self.assertEqual(self.rig.run(path, {"fail": True}).json()["error"]["message"], "late")
        self.assertEqual(self.rig.run(path).json(), pid)
