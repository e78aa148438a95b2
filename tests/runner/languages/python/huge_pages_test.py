"""A fork server's memory is in huge pages where the system has them; where it has none, its children are the same."""
import ctypes
import os
import pathlib
import re
import unittest

import forked

SETTING = pathlib.Path("/sys/kernel/mm/transparent_hugepage/enabled")
PR_SET_THP_DISABLE = 41
USED = """
import decimal, os, re
def main():
    made = [{"number": str(decimal.Decimal(i)), "text": "x" * (i % 400)} for i in range(30_000)]
    assert all(item["number"] == str(i) for i, item in enumerate(made))
    pid = os.fork()
    if not pid:
        os._exit(len([{i: str(i)} for i in range(30_000)]) % 256)
    return [os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), re.sub("a+", "b", "caat")]
"""
MAPS = """
def main():
    with open("/proc/self/smaps") as file:
        return file.read()
"""


def have_huge_pages():
    """Not said of another size, nor where memory is too much in pieces."""
    return SETTING.exists() and "[never]" not in SETTING.read_text() and os.uname().machine == "x86_64"


def in_huge_pages(preload):
    """How the mappings that are meant to be made of them may be used, as a child has them."""
    smaps = forked.known(MAPS, preload=preload).result
    mappings = re.findall(r"^[0-9a-f]+-[0-9a-f]+ (\S+) .*?^VmFlags:(.*?)$", smaps, re.MULTILINE | re.DOTALL)
    return {access for access, flags in mappings if " hg" in flags}


class HugePages(unittest.TestCase):
    def with_preload(self, *names):
        def end():
            forked.SERVERS.pop(names).end()
        self.addCleanup(end)
        return names

    @unittest.skipUnless(have_huge_pages(), "needs transparent huge pages")
    def test_objects_and_the_program_lie_in_them(self):
        self.assertEqual(in_huge_pages(self.with_preload("decimal")), {"rw-p", "r-xp"})

    def test_runs_are_the_same_with_them_and_without(self):
        libc = ctypes.CDLL(None, use_errno=True)
        for disabled in (0, 1):
            self.assertEqual(libc.prctl(PR_SET_THP_DISABLE, disabled, 0, 0, 0), 0)
            self.addCleanup(libc.prctl, PR_SET_THP_DISABLE, 0, 0, 0, 0)
            preload = self.with_preload("decimal", *["itertools"][:disabled])
            for run in (forked.told, forked.known):
                with self.subTest(disabled=disabled, run=run.__name__):
                    self.assertEqual(run(USED, preload=preload).result, [30_000 % 256, "cbt"])
            if disabled:
                self.assertEqual(in_huge_pages(preload), set())


if __name__ == "__main__":
    unittest.main()
