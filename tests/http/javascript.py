"""What holds for a script in JavaScript or TypeScript, whichever runtime runs it: a mixin for a RigCase."""

import json
import os

from case import each
from rig import wait_until

LIBRARY = {
    "f/lib/prices.ts":
        "export const price: number = 5;\nexport function fail(): never {\n  throw new TypeError('no price');\n}\n",
    "f/lib/plain.js": "export const plain = 6;\n",
    "f/lib/deep/index.ts": "export { price as deep } from '../prices.ts';\n",
    "u/ann/mine.ts": "import { price } from '/f/lib/prices.ts';\nexport const mine = price + 2;\n",
    "f/t/near.ts": "import { price } from '../lib/prices';\nexport const near = price + 3;\n",
    "node_modules/tea/package.json": '{"name": "tea", "version": "1.0.0", "main": "index.js"}',
    "node_modules/tea/index.js": "module.exports = { kind: 'green' };\n",
    "node_modules/@shop/cup/package.json":
        '{"name": "@shop/cup", "version": "1.0.0", "type": "module", "exports": "./cup.js"}',
    "node_modules/@shop/cup/cup.js": "export const size = 7;\n",
    "f/lib/pack.ts": "import tea from 'tea';\nexport const kind: string = tea.kind;\n",
    "f/lib/broken.ts": "export const a = 1;\nexport const b = );\n",
}

# (what, source, args, the result's JSON)
CALLS = [
    ("args go by their names", "export async function main(a: number, b: string) { return [b, a] }",
     {"b": "x", "a": 1}, '["x",1]'),
    ("a default", "export function main(a = 7) { return a }", {}, "7"),
    ("a missing arg is undefined", "export function main(a?: string) { return a === undefined }", {}, "true"),
    ("null stays null", "export function main(a = 7) { return a }", {"a": None}, "null"),
    ("extra args are ignored", "export function main(a) { return [a, arguments.length] }", {"a": 1, "b": 2}, "[1,1]"),
    ("a wrong type is no error", "export function main(a: number) { return typeof a }", {"a": "x"}, '"string"'),
    ("a name that every object has", "export function main(toString) { return toString === undefined }", {}, "true"),
    ("an arrow function", "export const main = async (a: string): Promise<string> => a", {"a": "x"}, '"x"'),
    ("exported below", "function main(a: any) { return a }\nexport { main }", {"a": 1}, "1"),
    ("a pattern gets all args", "export function main({ a, b }: { a: number, b: number }) { return a + b }",
     {"a": 1, "b": 2}, "3"),
    ("a pattern gets the arg of its own", "export function main({ a }, c) { return [a, c] }",
     {"anon1": {"a": 5}, "c": 6}, "[5,6]"),
    ("a list is spread", "export function main(a, ...b: number[]) { return b }", {"a": 1, "b": [2, 3]}, "[2,3]"),
    ("a date", "export function main(at: Date | null) { return [at instanceof Date, at.getUTCFullYear()] }",
     {"at": "2024-02-29T12:00:00Z"}, "[true,2024]"),
    ("null for a date", "export function main(at: Date | null) { return at }", {"at": None}, "null"),
    ("thirty digits for a bigint",
     "export function main(n: bigint) { return n + 1n }", {"n": 10**30}, f'"{10**30 + 1}"'),
    ("digits of text for a bigint", "export function main(n?: bigint) { return typeof n }", {"n": "5"}, '"bigint"'),
    ("a large number is rounded, as JavaScript does", "export function main(n) { return typeof n }", {"n": 10**30},
     '"number"'),
    ("enums", "enum Size { small = 1, large }\nexport function main() { return Size.large }", {}, "2"),
    ("generics", "export function main<T extends { a: number }>(t: T): T { return t }", {"t": {"a": 1}}, '{"a":1}'),
    ("characters beyond ASCII",
     "export function main(größe: string) { return größe + '→😀' }", {"größe": "ä"}, '"ä→😀"'),
    ("nothing returned", "export function main() {}", {}, "null"),
    ("null", "export function main() { return null }", {}, "null"),
    ("booleans", "export function main() { return [true, false] }", {}, "[true,false]"),
    ("numbers", "export function main() { return [1, -1.5, 1e21, 0.1] }", {}, "[1,-1.5,1e+21,0.1]"),
    ("no numbers", "export function main() { return [NaN, Infinity, undefined] }", {}, "[null,null,null]"),
    ("a bigint", "export function main() { return { n: 123456789012345678901234567890n } }", {},
     '{"n":"123456789012345678901234567890"}'),
    ("a date as a result", "export function main() { return new Date(0) }", {}, '"1970-01-01T00:00:00.000Z"'),
    ("bytes", "export function main() { return [new Uint8Array([255, 0]), Buffer.from('abc'), new ArrayBuffer(3)] }",
     {}, '["/wA=","YWJj","AAAA"]'),
    ("bytes that are a result",
     "export function main() { return new Uint8Array([1, 2, 3]).subarray(1) }", {}, '"AgM="'),
    ("a lone surrogate", "export function main() { return ['a\\ud800', '\\\\ud800'] }", {}, '["a\ufffd","\\\\ud800"]'),
    ("toJSON of the script's own", "BigInt.prototype.toJSON = () => 'mine'\nexport function main() { return 5n }", {},
     '"mine"'),
    ("an iterator is streamed", "export function* main() { yield 1; yield 2 }", {}, "null"),
    ("an async iterator is streamed", "export async function* main() { yield 'a' }", {}, "null"),
    ("console breaks nothing",
     "export function main() { console.log('{\"x\":1}'); console.error('y'); return 1 }", {}, "1"),
    ("patched globals break nothing",
     "JSON.stringify = JSON.parse = console.error = process.exit = null; export function main() { return 1 }", {}, "1"),
    ("stdin is empty",
     "import { readFileSync } from 'node:fs'\nexport function main() { return readFileSync(0, 'utf8') }",
     {}, '""'),
    ("the folder of a run is its own",
     "import { readdirSync } from 'node:fs'\nexport function main() { return readdirSync('.') }",
     {}, "[]"),
    ("the file's address",
     "export function main() { return import.meta.url.endsWith('/workspace/f/t/call.ts') }", {}, "true"),
    ("a line that runs it elsewhere", "#!/usr/bin/env node\nexport function main(a) { return a }", {"a": 1}, "1"),
    ("top-level await", "const a = await Promise.resolve(4)\nexport function main() { return a }", {}, "4"),
    ("the environment",
     "export function main() { return [process.env.WM_JOB_PATH, process.env.SERVER_SECRET ?? 0] }", {},
     '["f/t/call",0]'),
    ("nothing that was started inherits descriptor 3",
     "import { spawnSync } from 'node:child_process'\nexport function main() {\n"
     "  const names = spawnSync('/bin/ls', ['-l', '/proc/self/fd']).stdout.toString();\n"
     "  return (names.match(/socket:/g) ?? []).length - (names.match(/ [012] -> socket:/g) ?? []).length }", {}, "0"),
]

# (what, the imports, what is returned, its JSON)
IMPORTS = [
    ("a neighbour", "import { near } from './near.ts'", "near", "8"),
    ("without the ending", "import { near } from './near'", "near", "8"),
    ("from above", "import { price } from '../lib/prices.ts'", "price", "5"),
    ("from the workspace's root", "import { price } from '/f/lib/prices.ts'", "price", "5"),
    ("from the root without the ending", "import { price } from '/f/lib/prices'", "price", "5"),
    ("a user's", "import { mine } from '/u/ann/mine.ts'", "mine", "7"),
    ("JavaScript", "import { plain } from '../lib/plain.js'", "plain", "6"),
    ("a folder", "import { deep } from '../lib/deep/index.ts'", "deep", "5"),
    ("within main", "", "(await import('./near.ts')).near", "8"),
    ("a type alone", "import type { Nothing } from '../lib/prices.ts'", "1 as any as Nothing", "1"),
    ("a module of the runtime", "import { basename } from 'node:path'", "basename('/a/b')", '"b"'),
    ("a package", "import tea from 'tea'", "tea.kind", '"green"'),
    ("a package with a scope", "import { size } from '@shop/cup'", "size", "7"),
    ("a package by way of a neighbour", "import { kind } from '../lib/pack.ts'", "kind", '"green"'),
]

# (what, source, the error's name, what its message has)
FAILURES = [
    ("an error", "export function main() { throw new RangeError('too much') }", "RangeError", "too much"),
    ("a thrown string", "export function main() { throw 'no' }", "Error", "no"),
    ("a thrown object", "export function main() { throw { code: 5 } }", "Error", '{"code":5}'),
    ("thrown null", "export function main() { throw null }", "Error", "null was thrown"),
    ("thrown undefined", "export function main() { throw undefined }", "Error", "undefined was thrown"),
    ("a rejected promise",
     "export async function main() { return Promise.reject(new TypeError('later')) }", "TypeError",
     "later"),
    ("a rejection that nobody handles",
     "export function main() { Promise.reject(new Error('lost')); return new Promise((go) => setTimeout(go, 5000)) }",
     "Error", "lost"),
    ("an error in a timer",
     "export function main() {\n  setTimeout(() => { throw new Error('late') }, 1);\n"
     "  return new Promise((go) => setTimeout(go, 5000)) }",
     "Error", "late"),
    ("a promise that nothing settles", "export function main() { return new Promise(() => {}) }", "Error",
     "main never ends: it waits for a promise that nothing is left to settle"),
    ("a result that contains itself", "export function main() { const a = {}; a.a = a; return a }", "TypeError",
     "the result contains itself (circular reference), so JSON cannot hold it"),
    ("a function as the result", "export function main() { return main }", "TypeError",
     "the result is a function, which JSON cannot hold"),
    ("a symbol as the result", "export function main() { return Symbol('a') }", "TypeError", "the result is a symbol"),
    ("no main", "export const other = 1", "ReferenceError", 'f/t/fails.ts exports no function "main"'),
    ("main that is no function", "export const main = 5", "ReferenceError", 'f/t/fails.ts exports no function "main"'),
    ("main wrapped", "const wrap = (f) => f\nexport const main = wrap((a) => a)", "TypeError",
     "the parameters of main cannot be read: write it in f/t/fails.ts itself"),
    ("main from another file", "export { fail as main } from '../lib/prices.ts'", "TypeError",
     "the parameters of main cannot be read"),
    ("an error at the top", "throw new Error('at once')", "Error", "at once"),
    ("recursion without an end", "export function main() { return 1 + main() }", "RangeError", "call stack"),
]


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

    def test_a_script_that_changes_is_a_new_script(self):
        for number in (1, 2, 1):
            self.expect_json(self.answer(f"export const main = () => {number}"), str(number))

    def test_what_imports_the_script_gets_the_script_itself(self):
        self.rig.script("f/t/back.ts", "import { counter } from './call.ts'\nexport const back = () => ++counter.value")
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
