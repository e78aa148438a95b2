"""What the harness writes to its channel, byte by byte."""
import unittest

from driver import run


class Harness(unittest.TestCase):
    def test_a_result_has_the_exact_form(self):
        ended = run('export const main = (a) => ({ z: a, a: [1.5, "ä", null] })', '{"a": 1}', [{"name": "a"}])
        self.assertEqual(ended.frames, ['{"type":"result","result":{"z":1,"a":[1.5,"ä",null]}}'.encode()])
        self.assertEqual(ended.code, 0)

    def test_a_stream_comes_before_its_result(self):
        ended = run('export async function* main() { yield "a\\ud800"; yield { b: 1n } }')
        self.assertEqual(ended.messages,
                         [{"type": "stream", "text": "a\ufffd"}, {"type": "stream", "text": '{"b":"1"}'},
                          {"type": "result", "result": None}])

    def test_a_failure_has_name_message_and_stack_and_the_log_has_all(self):
        ended = run("export function main() {\n  throw new RangeError('no')\n}")
        self.assertEqual(ended.messages,
                         [{"type": "failure", "name": "RangeError", "message": "no",
                           "stack": "RangeError: no\n    at main (f/x/y.ts:2:9)"}])
        self.assertEqual(ended.code, 1)
        self.assertIn("RangeError: no", ended.log)

    def test_only_the_first_answer_counts(self):
        ended = run("process.on('exit', () => { throw new Error('at the end') })\nexport const main = () => 1")
        self.assertEqual(ended.frames, [b'{"type":"result","result":1}'])

    def test_a_script_s_own_toJSON_is_there_again_afterwards(self):
        ended = run("const before = Buffer.prototype.toJSON\n"
                    "export async function* main() { yield Buffer.from('a')\n"
                    "  yield [Buffer.prototype.toJSON === before, 'toJSON' in BigInt.prototype] }")
        self.assertEqual([message.get("text") for message in ended.messages], ['"YQ=="', "[true,false]", None])

    def test_an_error_that_cannot_be_shown_is_a_failure_still(self):
        ended = run("export function main() { throw { get message() { throw 1 } } }")
        self.assertEqual(ended.messages[0]["type"], "failure")
        self.assertEqual(ended.code, 1)

    def test_patched_prototypes_spoil_no_answer(self):
        for source in ("Object.prototype.toJSON = () => 'mine'",
                       "Object.prototype.get = 5",
                       "for (const each of [BigInt, Uint8Array, ArrayBuffer, Buffer]) Object.freeze(each.prototype)",
                       "String.prototype.includes = Array.prototype.push = Array.prototype.flatMap = null",
                       "TextEncoder.prototype.encode = DataView.prototype.setUint32 = null"):
            with self.subTest(source):
                failed = run(source + "\nexport function main(a) { if (a) throw new RangeError('no'); return 1 }",
                             '{"a": true}', [{"name": "a"}]).messages[0]
                self.assertEqual((failed["name"], failed["message"]), ("RangeError", "no"))
                answered = run(source + "\nexport const main = () => 5", "{}").messages[0]
                self.assertEqual(answered["type"], "result")

    def test_a_failure_that_cannot_be_told_is_a_failure_still(self):
        ended = run("String.prototype.replaceAll = String.prototype.replace = () => { throw 'patched' }\n"
                    "export function main() { throw new Error('no') }")
        self.assertEqual(ended.messages[0], {"type": "failure", "name": "Error", "stack": "",
                                             "message": "(the error cannot be shown as text)"})
        self.assertIn("Error: no", ended.log)

    def test_a_stored_script_is_called_by_its_name_and_messages_have_no_colours(self):
        ended = run("export const main = () => { throw new Error(`\x1b[36m${import.meta.url}\x1b[0m`) }")
        self.assertEqual(ended.messages[0]["message"], "f/x/y.ts")

    def test_args_keep_the_names_of_every_object_apart(self):
        ended = run("export const main = (...all) => all", '{"__proto__": 5}',
                    [{"name": "__proto__"}, {"name": "constructor"}])
        self.assertEqual(ended.result, [5, None])


if __name__ == "__main__":
    unittest.main()
