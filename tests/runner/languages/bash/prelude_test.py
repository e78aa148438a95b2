"""The Bash prelude with the real bash: its values on descriptor 3, as the runner gives them."""
import os
import pathlib
import subprocess
import tempfile
import unittest

PRELUDE = (pathlib.Path(__file__).resolve().parents[4] / "runner/languages/bash/prelude.sh").read_text()
NASTY = ["", " ", "two  words", "'", '"', "$(touch made)", "`touch made`", "${HOME}", "\\", "\n", "a\n", "*", "~",
         "-e", "--", "größe 😀", "\x01\x7f", "; touch made", "!!", "a\\\nb", "$'\\n'", "1\t2"]


def run(source, *values):
    """(stdout, stderr, exit code, what the work folder then holds)"""
    source = source if isinstance(source, bytes) else source.encode()
    with tempfile.TemporaryFile() as given, tempfile.TemporaryDirectory() as work_dir:
        given.write(b"".join(value + b"\0" for value in (source, *(value.encode() for value in values))))
        given.seek(0)
        done = subprocess.run(["/bin/bash", "--noprofile", "--norc", "-c", PRELUDE, "f/x/y.sh"], cwd=work_dir,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}, close_fds=False,
                              preexec_fn=lambda: os.set_inheritable(os.dup2(given.fileno(), 3), True), timeout=60)
        return done.stdout.decode(), done.stderr.decode(), done.returncode, os.listdir(work_dir)


class Prelude(unittest.TestCase):
    def test_values_arrive_byte_for_byte_and_are_never_evaluated(self):
        out, err, code, files = run('for v in "$@"; do printf "%s\\0" "$v"; done', *NASTY)
        self.assertEqual(out.split("\0")[:-1], NASTY)
        self.assertEqual((err, code, files), ("", 0, []))

    def test_the_named_lines_of_windmill_work(self):
        source = 'a="$1"\nb="${2:-default $a}"\nc="${3:-}"\necho "$a|$b|$c|$#"'
        self.assertEqual(run(source, "x", "", "z")[0], "x|default x|z|3\n")
        self.assertEqual(run(source)[0], "|default ||0\n")

    def test_values_of_20_megabytes(self):
        out, _, code, _ = run('echo "${#1} ${#2}"', "x" * 20_000_000, "\n'$" * 5_000_000)
        self.assertEqual((out, code), ("20000000 15000000\n", 0))

    def test_nothing_of_the_values_is_in_the_arguments_or_environment(self):
        out, _, code, _ = run("cat /proc/$$/cmdline /proc/$$/environ /proc/self/environ", "s3cr3t")
        self.assertIn("f/x/y.sh", out)
        self.assertEqual((code, "s3cr3t" in out), (0, False))

    def test_messages_name_the_file_and_the_line(self):
        source = "#!/bin/bash\n# two\necho $0 $LINENO >&2\ncat <<X\nhere $1\nX\nnosuch\necho not reached"
        self.assertEqual(run(source, "v")[:3],
                         ("here v\n", "f/x/y.sh 3\nf/x/y.sh: line 7: nosuch: command not found\n", 127))

    def test_a_syntax_error_fails_with_its_line(self):
        out, err, code, _ = run("echo one\nfoo(")
        self.assertEqual((out, code), ("one\n", 2))
        self.assertIn("line 2: syntax error", err)

    def test_the_first_failing_command_ends_the_script(self):
        rows = {"echo a\nfalse\necho b": ("a\n", 1), "f() { false; echo b; }\nf": ("", 1), "exit 7": ("", 7),
                "false || echo b": ("b\n", 0), "trap 'echo end' EXIT\nexit 3": ("end\n", 3),
                "set +e\nfalse\necho b": ("b\n", 0),
                "return 4 2>/dev/null || exit 5": ("", 5), "": ("", 0), "kill -9 $$": ("", -9)}
        for source, (text, status) in rows.items():
            with self.subTest(source):
                out, _, code, _ = run(source)
                self.assertEqual((out, code), (text, status))

    def test_the_script_sees_no_helper_and_no_descriptor(self):
        out, _, _, _ = run("compgen -v | grep -i towermill || true\nreadlink /proc/$$/fd/3 || true\necho $-; exec true")
        self.assertEqual(out, "ehBc\n")

    def test_a_source_may_hold_any_bytes(self):
        self.assertEqual(run(b"printf '\xff' | od -An -tx1")[0], " ff\n")

    def test_without_values_it_fails(self):
        done = subprocess.run(["/bin/bash", "-c", PRELUDE, "f/x/y.sh"], stderr=subprocess.PIPE,
                              preexec_fn=lambda: os.closerange(3, 64), close_fds=False)
        self.assertEqual(done.returncode, 125)


if __name__ == "__main__":
    unittest.main()
