"""What main returns, as JSON. Each row: the expression, the text that leaves."""
import unittest

from driver import run

TEXTS = {
    "None": ("None", b"null"),
    "true": ("True", b"true"),
    "an integer of many digits": ("10 ** 40", b"1" + b"0" * 40),
    "a float": ("0.1", b"0.1"),
    "text stays UTF-8": ("'größe €😀'", '"größe €😀"'.encode()),
    "control characters are escaped": (r"'\n\x00\x1f\x7f'", b'"\\n\\u0000\\u001f\x7f"'),
    "a lone surrogate is replaced": (r"'a\udc80\ud800b'", '"a\ufffd\ufffdb"'.encode()),
    "a pair of surrogates is one character": (r"'\ud83d\ude00'", '"😀"'.encode()),
    "compact, in order": ("{'b': [1, (2,)], 'a': {}}", b'{"b":[1,[2]],"a":{}}'),
    "keys that JSON allows as text": ("{1: 1, None: 2, True: 3, 1.5: 4}", b'{"1":3,"null":2,"1.5":4}'),
    "NaN and infinities are null": (
        "[float('nan'), {'a': float('inf'), 'b': (-float('inf'), 1.5)}]", b'[null,{"a":null,"b":[null,1.5]}]'),
    "NaN as a key": ("{float('nan'): float('nan')}", b'{"nan":null}'),
    "the word NaN in a string stays": ("['NaN', float('nan')]", b'["NaN",null]'),
    "bytes": (r"b'\x00\xff'", b'"AP8="'),
    "bytes within": (r"{'a': [b'\xff', bytearray(b'1'), memoryview(b'2')]}", b'{"a":["/w==","MQ==","Mg=="]}'),
    "bytes beside NaN": (r"[b'\xff', float('nan')]", b'["/w==",null]'),
    "a date is its text": ("__import__('datetime').datetime(2024, 5, 6)", b'"2024-05-06 00:00:00"'),
    "a decimal is its text": ("__import__('decimal').Decimal('1.10')", b'"1.10"'),
    "an object is its text": ("type('C', (), {'__str__': lambda self: 'me'})()", b'"me"'),
    "an enum of text": ("__import__('enum').Enum('E', {'A': 'x'}, type=str).A", b'"x"'),
    "reserved keys pass": ("{'windmill_status_code': 201}", b'{"windmill_status_code":201}'),
}

FRAME = """
class DataFrame:
    def to_dict(self, orient): return [{"a": 1, "b": float("nan"), "by": orient}]
class Polars: pass
Polars.__name__ = "DataFrame"
Polars.to_dicts = lambda self: [{"p": 1}]
def main(): return {"pandas": DataFrame(), "polars": [Polars()]}
"""


class Results(unittest.TestCase):
    def test_a_value_becomes_its_json(self):
        for name, (expression, text) in TEXTS.items():
            with self.subTest(name):
                got = run(f"def main(): return {expression}")
                self.assertEqual(got.raw_result, b'{"type":"result","result":' + text + b"}")
                self.assertEqual((got.code, got.rest, got.log), (0, b"", ""))

    def test_data_frames_become_records(self):
        self.assertEqual(run(FRAME).result, {"pandas": [{"a": 1, "b": None, "by": "records"}], "polars": [[{"p": 1}]]})

    def test_what_is_no_json_fails_with_a_sentence(self):
        rows = {
            "def main():\n a = []\n a.append(a)\n return a": ("ValueError", "contains itself"),
            "def main(): return {(1, 2): 3}": ("TypeError", "keys must be str"),
            "def main():\n a = []\n for i in range(100000): a = [a]\n return a": ("RecursionError", "recursion"),
            "class C:\n def __str__(self): raise KeyError('no')\ndef main(): return C()": ("KeyError", "'no'"),
        }
        for source, (name, message) in rows.items():
            with self.subTest(source):
                failure = run(source).failure
                self.assertEqual(failure["name"], name)
                self.assertIn(message, failure["message"])

    def test_a_huge_result_arrives_whole(self):
        self.assertEqual(len(run("def main(): return 'ß' * 20_000_000").result), 20_000_000)

    def test_iterators_are_streamed_and_the_result_is_null(self):
        rows = {
            "def main():\n yield 'a'\n yield {'n': 1}\n yield b'x'\n yield '\\udc80'":
                ["a", '{"n":1}', '"eA=="', "\ufffd"],
            "def main(): return map(str, [1, 2])": ["1", "2"],
            "async def main():\n yield 'a'\n yield 'b'": ["a", "b"],
            "async def main():\n def g(): yield 'a'\n return g()": ["a"],
        }
        for source, items in rows.items():
            with self.subTest(source):
                got = run(source)
                self.assertEqual((got.streamed, got.result), (items, None))

    def test_a_generator_that_throws_has_streamed_before(self):
        got = run("def main():\n yield 'a'\n raise KeyError('k')")
        self.assertEqual((got.streamed, got.failure["name"]), (["a"], "KeyError"))

    def test_a_script_that_patches_json_still_answers(self):
        got = run("import json\njson.dumps = json.loads = json.JSONEncoder.encode = None\ndef main(): return [1]")
        self.assertEqual(got.result, [1])


if __name__ == "__main__":
    unittest.main()
