"""What holds for a script in JavaScript or TypeScript, whichever runtime runs it: a mixin for a RigCase."""

import json
import os
import time

from case import each
from javascript_rows import CALLS, FAILURES, IMPORTS, LIBRARY
from rig import Rig, wait_until


class LinkedRig(Rig):
    """Its workspace is a link to a release, as a deployment may have it."""

    def _write_settings(self, settings):
        self.workspace.rename(self.home / "release")
        self.workspace.symlink_to(self.home / "release")
        super()._write_settings(settings)


class JavaScript:
    """Each runtime's class says which setting chooses it, and what messages call its runs."""

    run_name = ""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for name, text in LIBRARY.items():
            file = cls.rig.workspace / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)

    def answer(self, source, args=None, file="f/t/call.ts", **more):
        return self.rig.run(self.rig.script(file, source, **more), args)

    def error(self, source, file="f/t/fails.ts", **more):
        answer = self.answer(source, file=file, **more)
        self.expect(answer, 422, "application/json")
        return answer.json()["error"]

    def expect_json(self, answer, result):
        self.expect(answer, 200, "application/json")
        self.assertEqual(json.dumps(answer.json(), separators=(",", ":"), ensure_ascii=False), result)

    @each(CALLS)
    def call(self, source, args, result):
        answer = self.answer(source, args)
        self.expect(answer, 200, "application/json", result)

    @each(IMPORTS)
    def imports(self, imports, value, result):
        if self.run_name == "bun" and imports.endswith("'/f/lib/prices'"):
            self.skipTest("Bun asks nobody about a path from the root that has no ending")
        self.expect_json(self.answer(f"{imports};\nexport async function main() {{\n  return {value};\n}}\n"), result)

    @each(FAILURES)
    def failure(self, source, name, message):
        error = self.error(source)
        self.assertEqual(error["name"], name)
        self.assertIn(message, error["message"])
        self.assertNotIn(str(self.rig.home), json.dumps(error))

    @each([(ending, ending) for ending in (".js", ".mjs", ".fetch.ts")])
    def ending(self, ending):
        self.rig.script(f"f/t/other{ending}", "export const main = async (a) => a")
        self.expect_json(self.rig.run("f/t/other", {"a": 1}), "1")
        (self.rig.workspace / f"f/t/other{ending}").unlink()

    def test_the_stack_names_the_workspace_s_files_and_lines_alone(self):
        error = self.error("""
            import { fail } from '../lib/prices.ts';
            interface In {
              a: number;
            }
            export async function main(a: string) {
              const found: number = fail();
              return found;
            }
        """)
        frames = [line for line in error["stack"].split("\n") if line.lstrip().startswith("at ")]
        self.assertRegex(frames[0], r"at fail \(f/lib/prices\.ts:3:\d+\)$")
        self.assertRegex(frames[1], r"at (async )?main \(f/t/fails\.ts:6:\d+\)$")
        self.assertEqual(len(frames), 2, error)

    def test_behind_a_link_the_workspace_s_files_have_their_names(self):
        rig = LinkedRig(self.settings)
        try:
            self.check_linked(rig)
        finally:
            rig.stop()

    def check_linked(self, rig):
        source = "import { fail } from './near';\nexport const own = 'one';\nexport function main() {\n  fail();\n}\n"
        rig.script("f/t/near.ts",
                   "import { own } from './call';\nexport function fail() {\n  throw new Error(own);\n}\n")
        first = rig.run(rig.script("f/t/call.ts", source))
        frames = [line.strip() for line in first.json()["error"]["stack"].split("\n")[1:]]
        self.assertRegex(frames[0], r"at fail \(f/t/near\.ts:3:\d+\)$")
        self.assertRegex(frames[1], r"at main \(f/t/call\.ts:4:\d+\)$")
        rig.script("f/t/call.ts", source.replace("one", "two"))
        version = f"/api/w/demo/jobs/run_wait_result/h/{first.header('X-Towermill-Version')}"
        for answer, own in ((rig.run("f/t/call"), "two"), (rig.call("POST", version), "one")):
            self.assertEqual(answer.json()["error"]["message"], own)
        rig.script("f/t/near.ts", "export const a = 1;\nexport const b = );\n")
        error = rig.run("f/t/call").json()["error"]
        self.assertTrue(error["message"].endswith("(f/t/near.ts:2:18)"), error)

    def test_an_error_in_the_first_line_has_its_place(self):
        stack = self.error("export function main() { const text = ''; throw new Error(text) }")["stack"]
        self.assertRegex(stack, r"at main \(f/t/fails\.ts:1:(49|53)\)")

    @each(
        [
            ("a token", "const a = 1;\nconst b = );\nexport function main() {}\n", "f/t/fails.ts:2:11"),
            ("a second declaration", "let a = 1;\n\nlet a = 2;\nexport function main() {}\n", "f/t/fails.ts:3:5"),
            ("in what is imported",
             "import { a } from '../lib/broken.ts';\nexport const main = () => a\n", "f/lib/broken.ts:2:18"),
        ]
    )
    def syntax_error(self, source, place):
        error = self.error(source)
        self.assertEqual(error["name"], "SyntaxError")
        self.assertTrue(error["message"].endswith(f"({place})"), error)
        self.assertNotIn(str(self.rig.home), json.dumps(error))

    @each([("a file", "./nothing"), ("a package", "nothing")])
    def import_that_is_missing(self, name):
        error = self.error(f"import a from '{name}';\nexport const main = () => a")
        self.assertIn("nothing", error["message"])
        self.assertNotIn(str(self.rig.home), json.dumps(error))

    def test_an_invalid_date_is_named(self):
        path = self.rig.script("f/t/at.ts", "export function main(at: Date) { return at }")
        error = self.rig.run(path, {"at": "soon"}).json()["error"]
        self.assertEqual(error["message"], 'the argument "at" is not a date: "soon"')

    def test_an_exit_in_the_middle_is_an_exit_code(self):
        error = self.error("export function main() { console.log('so far'); process.exit(3) }")
        self.assertEqual(error["exit_code"], 3)
        self.assertEqual(error["message"], f'exit code for "{self.run_name} run": 3, last log lines:\nso far')

    @each([("waits at its top", "await new Promise(() => {});\nexport function main() {}"),
           ("aborts", "export function main() { process.abort() }")])
    def script_that_ends_without_an_answer(self, source):
        self.assertNotIn(str(self.rig.home), json.dumps(self.error(source)))

    def test_a_script_knows_its_place(self):
        self.expect_json(self.answer("export const main = () => [import.meta.filename, import.meta.dirname]"),
                         json.dumps([f"{self.rig.workspace}/f/t/call.ts", f"{self.rig.workspace}/f/t"],
                                    separators=(",", ":")))

    def test_a_script_may_start_threads_and_processes_of_the_runtime(self):
        self.expect_json(self.answer("""
            import { fork } from 'node:child_process';
            import { once } from 'node:events';
            import { writeFileSync } from 'node:fs';
            import { resolve } from 'node:path';
            import { Worker } from 'node:worker_threads';
            const first_word = (other) => Promise.race([
              once(other, 'message').then(([word]) => word), once(other, 'exit').then(([code]) => `exit ${code}`)]);
            export async function main() {
              writeFileSync('thread.mjs', `import { parentPort } from 'node:worker_threads';
                parentPort.postMessage('a')`);
              writeFileSync('process.mjs', "process.send('b', () => process.disconnect())");
              return [await first_word(new Worker(resolve('thread.mjs'))), await first_word(fork('./process.mjs'))];
            }
        """), '["a","b"]')

    def test_exit_handlers_run_after_the_answer(self):
        note = self.rig.shared / "ended"
        self.expect_json(self.answer(f"""
            import {{ writeFileSync }} from 'node:fs';
            process.on('exit', () => writeFileSync('{note}', 'yes\\n'));
            export function main() {{ setInterval(() => 0, 1000); return 1 }}
        """), "1")
        self.assertEqual(self.rig.noted("ended"), ["yes"])

    def test_a_script_that_closed_descriptor_3_has_lost_its_answer(self):
        if self.run_name == "deno":
            self.skipTest("it holds the channel by another number, and closes none that it did not open")
        error = self.error("import { closeSync } from 'node:fs'\nexport function main() { closeSync(3); return 1 }")
        self.assertIn("the script closed descriptor 3, so its answer is lost", error["message"])

    def test_what_is_imported_is_what_is_on_disk_now(self):
        source = "import { now } from './changing.ts';\nexport const main = () => now"
        for number in (1, 2, 2, 3):
            self.rig.script("f/t/changing.ts", f"export const now = {number}")
            self.expect_json(self.answer(source), str(number))

    def test_what_is_imported_may_come_from_the_future(self):
        self.rig.script("f/t/ahead.ts", "export const ahead = 1")
        later = time.time() + 86400
        os.utime(self.rig.workspace / "f/t/ahead.ts", (later, later))
        self.expect_json(self.answer("import { ahead } from './ahead.ts'\nexport const main = () => ahead"), "1")

    def test_a_script_that_changes_is_a_new_script(self):
        for number in (1, 2, 1):
            self.expect_json(self.answer(f"export const main = () => {number}"), str(number))

    def test_what_imports_the_script_gets_the_script_itself(self):
        for name in ("./call.ts", "./call", "/f/t/call.ts"):
            self.rig.script("f/t/back.ts",
                            f"import {{ counter }} from '{name}'\nexport const back = () => ++counter.value")
            self.expect_json(self.answer("import { back } from './back.ts'\nexport const counter = { value: 1 }\n"
                                         "export function main() { back(); return counter.value }"), "2")

    def test_packages_may_lie_beside_the_workspace(self):
        package = self.rig.home / "node_modules/outer"
        package.mkdir(parents=True)
        (package / "package.json").write_text('{"name": "outer", "version": "1.0.0", "main": "index.js"}')
        (package / "index.js").write_text("module.exports = { far: 9 }\n")
        self.expect_json(self.answer("import outer from 'outer'\nexport const main = () => outer.far"), "9")

    def test_a_long_log_and_a_large_result_arrive(self):
        answer = self.answer("export function main() { console.log('x'.repeat(3e6)); return 'y'.repeat(5e6) }")
        self.expect(answer, 200, "application/json", '"' + "y" * 5_000_000 + '"')

    def test_a_result_over_its_limit_is_refused(self):
        error = self.error("export function main() { return 'y'.repeat(5000) }", yaml="result_limit_bytes: 4000\n",
                           file="f/t/large.ts")
        self.assertIn("result_limit_bytes 4000", error["message"])

    def test_a_stream_without_an_end_ends_with_the_time(self):
        source = "export function* main() { for (;;) yield 'x' }"
        answer = self.answer(source, yaml="timeout: 1\n", file="f/t/endless.ts")
        self.expect_text(answer, 504, "timeout after 1s")

    def test_a_loop_without_an_end_ends_with_the_time(self):
        answer = self.answer("export function main() { for (;;); }", yaml="timeout: 1\n", file="f/t/loop.ts")
        self.expect_text(answer, 504, "timeout after 1s")

    @each([("on the heap", "all.push({ a: [1, 2, String(all.length)] })"),
           ("in buffers", "all.push(new Uint8Array(1e7).fill(1))")])
    def memory_runs_out(self, more):
        error = self.error(f"export function main() {{ const all = []; for (;;) {more} }}",
                           yaml="memory_bytes: 300 MiB\ntimeout: 60\n", file="f/t/memory.ts")
        self.assertRegex(error["message"].lower(), "memory|allocation|signal")
        self.assertNotIn(str(self.rig.home), error["message"])
        self.assertNotRegex(error["message"], r"/\w+/\w+/")

    def test_who_hangs_up_ends_the_run(self):
        note = self.rig.shared / "waiting"
        path = self.rig.script("f/t/waits.ts", f"""
            import {{ writeFileSync }} from 'node:fs';
            export function main() {{
              writeFileSync('{note}', `${{process.pid}}\\n`);
              return new Promise((done) => setTimeout(done, 60000));
            }}
        """)
        connection = self.rig.begin(path)
        pid = int(self.rig.noted("waiting", 20)[0])
        connection.close()
        self.assertTrue(wait_until(lambda: not os.path.exists(f"/proc/{pid}"), 10))

    def test_open_files_are_limited(self):
        source = "import { openSync } from 'node:fs'\nexport function main() { for (;;) openSync('/dev/null') }"
        error = self.error(source, yaml="open_files: 100\n", file="f/t/open.ts")
        self.assertIn("EMFILE", error["message"] + error["name"] + error.get("stack", ""))
