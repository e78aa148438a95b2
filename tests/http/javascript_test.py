"""JavaScript and TypeScript with the runtime that the system has: Node.js, with esbuild where it is an old one."""

import os

from case import RigCase
from javascript import JavaScript


class WithNode(JavaScript, RigCase):
    settings = {"javascript": "node"}
    run_name = "node"

    def test_what_was_compiled_long_ago_goes(self):
        source = "import { aged } from './aged.ts'\nexport const main = () => aged"
        for number in range(1, 4):
            for bundle in self.bundles_of("aged"):
                os.utime(bundle, (1000, 1000))
            self.rig.script("f/t/aged.ts", f"export const aged = {number}")
            self.expect_json(self.answer(source), str(number))
            self.assertLessEqual(len(self.bundles_of("aged")), 1)

    def bundles_of(self, word):
        return [file for file in (self.rig.home / "run/cache").rglob("*.mjs") if word in file.read_text()]


class Choice(RigCase):
    settings = {"bun": "/no/such/bun", "deno": "/no/such/deno"}

    def test_without_the_others_it_is_node(self):
        path = self.rig.script("f/t/any.ts", "export const main = () => process.release.name + typeof Bun")
        self.expect(self.rig.run(path), 200, body='"nodeundefined"')

    def test_a_file_may_ask_for_node(self):
        self.rig.script("f/t/node.node.ts", "export const main = (a: number) => a")
        self.expect(self.rig.run("f/t/node", {"a": 1}), 200, body="1")

    def test_a_runtime_that_is_not_there_is_the_operator_s_business(self):
        for name, said in (("bun", "Bun"), ("deno", "Deno")):
            self.rig.script(f"f/t/{name}.{name}.ts", "export const main = () => 1")
            self.expect_text(self.rig.run(f"f/t/{name}"), 500, f"Internal: {said} is not installed on the server")
            self.assertIn(f"no {name} was found", self.rig.log())


class AnotherChoice(RigCase):
    settings = {"javascript": "bun", "bun": "/no/such/bun"}

    def test_the_directive_picks_node(self):
        path = self.rig.script("f/t/one.ts", "// What\n//nodejs\n\nexport const main = () => process.release.name")
        self.expect(self.rig.run(path), 200, body='"node"')

    def test_the_setting_is_strict(self):
        path = self.rig.script("f/t/two.ts", "const a = 1\n//nodejs\nexport const main = () => a")
        self.expect_text(self.rig.run(path), 500, "Internal: Bun is not installed on the server")
