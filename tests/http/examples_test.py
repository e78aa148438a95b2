"""What the README shows."""

from case import RigCase, each
from rig import SOURCE


class Examples(RigCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for file in (SOURCE / "nginx/examples/f/examples").iterdir():
            target = cls.rig.workspace / "f/examples" / file.name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(file.read_bytes())
            target.chmod(file.stat().st_mode)

    @each(
        (row[0], *row)
        for row in [
            ("hello", {"name": "Ada"}, 200, "application/json", '{"Hello":"Ada"}'),
            ("hello_typescript", {"name": "Ada"}, 200, "application/json", '{"Hello":"Ada","letters":3}'),
            ("hello_bash", {"name": "Ada"}, 200, "application/json", '"Hello, Ada"'),
            ("hello_program", {"name": "Ada"}, 200, "application/json", '{"Hello":"World","args":{"name": "Ada"}}'),
            ("created", {}, 201, "application/json", '{"Hello":"World"}'),
            ("csv", {}, 200, "text/csv", "Hello;World"),
            ("page", {"name": "<A>"}, 200, "text/html; charset=utf-8",
             "<!doctype html><title>Hello</title><h1>Hello, &lt;A&gt;!</h1>"),
            ("image", {}, 200, "image/png", None),
            ("headers", {}, 200, "application/json", '{"Hello":"World"}'),
            ("no_content", {}, 204, "", ""),
            ("redirect", {}, 303, "", ""),
            ("refused", {}, 422, "application/json", '{"wm_failure":"out of cheese","shop":"closed",'
             '"error":{"name":"ManualFailure","message":"out of cheese"}}'),
            ("failing", {}, 422, "application/json", None),
            ("failing_bash", {}, 422, "application/json", None),
            ("slow", {"seconds": 0.1}, 200, "application/json", '{"slept":0.1}'),
            ("invalid_status", {}, 500, None, "Invalid status code"),
        ]
    )
    def example(self, name, args, status, content_type, body):
        self.expect(self.rig.run(f"f/examples/{name}", args), status, content_type, body)

    def test_the_route_answers_without_a_token(self):
        answer = self.rig.call("GET", "/api/r/items/tea?count=2", token=None)
        self.expect(answer, 200, "application/json", '{"item":"tea","count":"2"}')

    @each([("python", "failing", "stack"), ("bash", "failing_bash", "exit_code")])
    def failure(self, name, more):
        error = self.rig.run(f"f/examples/{name}").json()["error"]
        self.assertEqual(set(error), {"name", "message", more})

    def test_the_redirect_names_its_target(self):
        self.assertEqual(self.rig.run("f/examples/redirect").header("Location"), "https://example.com/")

    def test_the_headers_example_sets_two_cookies(self):
        self.assertEqual(len(self.rig.run("f/examples/headers").all("Set-Cookie")), 2)

    def test_the_picture_is_a_picture(self):
        self.assertTrue(self.rig.run("f/examples/image").body.startswith(b"\x89PNG\r\n"))
