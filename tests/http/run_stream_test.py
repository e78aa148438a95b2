"""What a script yields is heard while it runs, through nginx."""

import http.client
import json

import processes
from case import RigCase, each
from rig import TOKEN, wait_until


class Events:
    """An open stream of events."""

    def __init__(self, rig, path, args=None, method="POST"):
        self.connection = http.client.HTTPConnection("127.0.0.1", rig.port, timeout=60)
        body = json.dumps(args or {}) if method == "POST" else None
        self.connection.request(method, f"/api/w/demo/jobs/run_and_stream/{path}", body,
                                {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"})
        self.reply = self.connection.getresponse()

    def next(self):
        """None at the end."""
        line = self.reply.readline()
        if not line:
            return None
        assert line.startswith(b"data: ") and self.reply.readline() == b"\n", line
        return json.loads(line[len("data: "):])

    def all(self):
        return list(iter(self.next, None))

    def close(self):
        """Hangs up."""
        self.reply.close()
        self.connection.close()


def texts(events):
    return [event["new_result_stream"] for event in events if "new_result_stream" in event]


class Streams(RigCase):
    def events(self, path, args=None, method="POST"):
        events = Events(self.rig, path, args, method)
        self.addCleanup(events.close)
        return events

    PYTHON = "def main(n=2):\n    for i in range(n): yield f'part {i} '\n"
    ASYNC = "import asyncio\nasync def main(n=2):\n    for i in range(n):\n        yield f'part {i} '\n" \
            "        await asyncio.sleep(0)\n"
    SCRIPT = "export async function* main(n = 2) { for (let i = 0; i < n; i++) yield `part ${i} `; }"
    LINES = "for i in 0 1; do echo \"WM_STREAM: part $i \"; sleep 0.05; done\necho '{\"done\":1}'\n"

    @each([
        ("a generator", "f/t/gen.py", PYTHON, None),
        ("an async generator", "f/t/agen.py", ASYNC, None),
        ("an async generator in JavaScript", "f/t/jsgen.js", SCRIPT, None),
        ("lines of stdout", "f/t/lines.sh", LINES, {"done": 1}),
    ])
    def said_by(self, file, source, result):
        events = self.events("p/" + self.rig.script(file, source))
        self.assertEqual((events.reply.status, events.reply.headers["Content-Type"]), (200, "text/event-stream"))
        self.assertEqual(events.reply.headers["Cache-Control"], "no-cache")
        self.assertRegex(events.reply.headers["X-Towermill-Job"], "^[0-9a-f-]{36}$")
        given = events.all()
        self.assertEqual(texts(given), ["part 0 ", "part 1 "])
        self.assertEqual([event.get("stream_offset") for event in given[:2]], [7, 14])
        self.assertEqual(given[-1], {"type": "update", "completed": True, "only_result": result})

    def test_a_part_is_heard_before_the_next_one_is_there(self):
        go = self.rig.shared / "go"
        script = self.rig.script("f/t/waits.py", f"""
            import os, time
            def main():
                yield "first"
                while not os.path.exists({str(go)!r}): time.sleep(0.01)
                yield "second"
            """)
        events = self.events("p/" + script)
        self.assertEqual(events.next()["new_result_stream"], "first")
        go.write_text("")
        self.assertEqual(texts(events.all()), ["second"])

    def test_a_plain_result_is_the_last_event(self):
        script = self.rig.script("f/t/plain.py", "def main(**args): return args")
        self.assertEqual(self.events("p/" + script, {"a": [1, None]}).all(),
                         [{"type": "update", "completed": True, "only_result": {"a": [1, None]}}])
        self.assertEqual(self.events("p/" + script, method="GET").all()[-1]["only_result"], {})
        version = self.rig.run(script).header("X-Towermill-Version")
        self.assertEqual(self.events("h/" + version, {"b": 2}).all()[-1]["only_result"], {"b": 2})

    def test_an_exception_after_a_part_is_the_last_event(self):
        script = self.rig.script("f/t/fails.py", "def main():\n    yield 'one'\n    raise ValueError('no cheese')\n")
        given = self.events("p/" + script).all()
        self.assertEqual(texts(given), ["one"])
        self.assertEqual(given[-1]["only_result"]["error"]["name"], "ValueError")
        self.assertTrue(given[-1]["completed"])

    def test_a_run_that_is_too_late_ends_its_stream(self):
        script = self.rig.script("f/t/late.py", "import time\ndef main():\n    yield 'one'\n    time.sleep(60)\n",
                                 yaml="timeout: 1")
        given = self.events("p/" + script).all()
        self.assertEqual((texts(given), given[-1]), (["one"], {"type": "timeout"}))

    def test_a_silence_is_broken_by_pings(self):
        script = self.rig.script("f/t/silent.py", "import time\ndef main(): time.sleep(7)\n")
        self.assertEqual([event["type"] for event in self.events("p/" + script).all()], ["ping", "update"])

    def test_a_hang_up_ends_the_run(self):
        script = self.rig.script("f/t/endless.py", """
            import os, time
            def main():
                yield str(os.getpid())
                time.sleep(60)
            """)
        events = self.events("p/" + script)
        pid = int(events.next()["new_result_stream"])
        events.close()
        self.assertTrue(wait_until(lambda: not processes.is_alive(pid), 20))

    def test_what_cannot_be_run_is_no_stream(self):
        path = "/api/w/demo/jobs/run_and_stream/p/f/t/none"
        self.expect_text(self.rig.call("POST", path, "{}"), 404, "Not found: script not found at name f/t/none")
        self.expect_text(self.rig.call("POST", path, "{}", token="wrong"), 401, "Unauthorized")
        self.expect(self.rig.call("PUT", path), 405)
        script = self.rig.script("f/t/head.py", "def main(): return 1")
        self.expect(self.rig.call("HEAD", f"/api/w/demo/jobs/run_and_stream/p/{script}"), 200)

    def test_a_generator_streams_from_each_way_of_starting(self):
        script = self.rig.script("f/t/again.py", self.PYTHON)
        for _ in range(6):
            self.assertEqual(texts(self.events("p/" + script).all()), ["part 0 ", "part 1 "])

    def test_many_parts_arrive_whole_and_in_order(self):
        events = self.events("p/" + self.rig.script("f/t/many.py", self.PYTHON), {"n": 5000})
        self.assertEqual("".join(texts(events.all())), "".join(f"part {i} " for i in range(5000)))


class KeptConnections(Streams):
    """The same on connections that nginx keeps."""

    keep = True
