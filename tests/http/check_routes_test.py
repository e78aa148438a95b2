"""What `towermill check` says of custom routes."""

from commands import Commands


class CheckRoutes(Commands):
    def route(self, name, more="", path="items/:item", method="get"):
        file = self.workspace / f"f/t/{name}.http_trigger.yaml"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"route_path: {path}\nhttp_method: {method}\nscript_path: f/t/one\n"
                        f"authentication_method: none\n{more}")

    def test_it_lists_the_routes_with_their_urls(self):
        self.script("f/t/one.py", "def main():\n    return 1")
        self.route("a")
        self.route("b", "workspaced_route: true\n", "'*rest'", "post")
        checked = self.check("--base-url", "https://hooks.example")
        self.assertEqual(checked.returncode, 0, checked.stdout)
        for route in ("GET https://hooks.example/api/r/items/:item", "POST https://hooks.example/api/r/demo/*rest"):
            self.assertIn(f"ok     route {route} runs f/t/one, authentication none\n", checked.stdout)

    def test_it_names_file_and_line_of_what_is_wrong_with_a_route(self):
        self.script("f/t/one.py", "def main():\n    return 1")
        self.route("slip", "wrapbody: true\n")
        self.route("wrong", "wrap_body: maybe\n", "wrong")
        self.route("none", path="/none")
        self.route("gone", "", "gone")
        gone = self.workspace / "f/t/gone.http_trigger.yaml"
        gone.write_text(gone.read_text().replace("f/t/one", "f/t/gone"))
        self.route("off", "mode: disabled\n")
        checked = self.check()
        self.assertEqual(checked.returncode, 1)
        for line in (
            "note   demo: f/t/slip.http_trigger.yaml:5: wrapbody means nothing; did you mean wrap_body?",
            'WRONG  demo: f/t/wrong.http_trigger.yaml:5: wrap_body is "maybe", but must be one of false, true',
            'WRONG  demo: f/t/none.http_trigger.yaml:1: route_path is "/none": it must not begin with /',
            "WRONG  demo: f/t/gone.http_trigger.yaml answers to GET http://localhost:8000/api/r/gone with 404: "
            "there is no script f/t/gone",
            "note   demo: f/t/off.http_trigger.yaml is disabled: its route answers 404",
        ):
            self.assertIn(line + "\n", checked.stdout)

    def test_it_names_what_a_route_asks_for_in_vain(self):
        self.script("f/t/one.py", "def main():\n    return 1")
        self.route("flow", "is_flow: true\n", "flow")
        self.route("key", "", "key")
        key = self.workspace / "f/t/key.http_trigger.yaml"
        key.write_text(key.read_text().replace("none", "custom_script"))
        checked = self.check()
        self.assertEqual(checked.returncode, 0, checked.stdout)
        for line in (
            "note   demo: f/t/flow.http_trigger.yaml answers to GET http://localhost:8000/api/r/flow with 501: "
            "is_flow: flows are not supported",
            "note   demo: f/t/key.http_trigger.yaml answers to GET http://localhost:8000/api/r/key with 501: "
            "authentication_method custom_script is not supported",
        ):
            self.assertIn(line + "\n", checked.stdout)

    def test_it_tells_whose_routes_a_file_without_a_path_closes(self):
        self.script("f/t/one.py", "def main():\n    return 1")
        self.route("a")
        self.route("fixed", path="fixed")
        (self.workspace / "f/t/lost.http_trigger.yaml").write_text("{")
        checked = self.check()
        self.assertEqual(checked.returncode, 1)
        self.assertIn("WRONG  demo: f/t/lost.http_trigger.yaml:", checked.stdout)
        self.assertIn("WRONG  demo: f/t/a.http_trigger.yaml answers to GET http://localhost:8000/api/r/items/:item "
                      "with 500, as f/t/lost.http_trigger.yaml may have more right to its paths\n", checked.stdout)
        self.assertIn("ok     route GET http://localhost:8000/api/r/fixed runs f/t/one, authentication none\n",
                      checked.stdout)

    def test_it_tells_how_the_callers_of_each_route_are_known_and_what_is_wrong_with_that(self):
        self.script("f/t/one.py", "def main():\n    return 1")
        for name, provider, mode in (("good", "stripe", 0o600), ("seen", "github", 0o644), ("typo", "gitlab", 0o600)):
            self.route(name, f"authentication_resource_path: f/t/{name}\n", name)
            route = self.workspace / f"f/t/{name}.http_trigger.yaml"
            route.write_text(route.read_text().replace("method: none", "method: signature"))
            resource = self.workspace / f"f/t/{name}.resource.yaml"
            resource.write_text(f"value:\n  signature_provider: {provider}\n  secret_key: tell-nobody\n")
            resource.chmod(mode)
        self.route("lost", "authentication_resource_path: f/t/lost\n", "lost")
        lost = self.workspace / "f/t/lost.http_trigger.yaml"
        lost.write_text(lost.read_text().replace("method: none", "method: api_key"))
        self.route("near", "allowed_addresses: [10.0.0.1/8]\n", "near")
        self.route("slip", "allowed_adresses: [10.0.0.0/8]\n", "slip")
        checked = self.check()
        self.assertEqual(checked.returncode, 1)
        answers = "http_trigger.yaml answers to GET http://localhost:8000/api/r"
        for line in (
            "ok     route GET http://localhost:8000/api/r/good runs f/t/one, authentication signature stripe",
            f"WRONG  demo: f/t/seen.{answers}/seen with 500: f/t/seen.resource.yaml holds a secret and can be read by "
            "others: chmod o-rwx it",
            f"WRONG  demo: f/t/typo.{answers}/typo with 500: f/t/typo.resource.yaml:2: signature_provider must be one "
            "of github, stripe, slack, standard_webhooks, svix, shopify, twitch, zoom, tiktok, custom",
            f"WRONG  demo: f/t/lost.{answers}/lost with 500: f/t/lost.resource.yaml cannot be read: No such file or "
            "directory",
            "WRONG  demo: f/t/near.http_trigger.yaml:5: allowed_addresses: item 1 is no address, and no range as "
            "192.0.2.0/24 with all bits beyond the prefix zero",
            "note   demo: f/t/slip.http_trigger.yaml:5: allowed_adresses means nothing; did you mean "
            "allowed_addresses?",
        ):
            self.assertIn(line + "\n", checked.stdout)
        self.assertNotIn("tell-nobody", checked.stdout + checked.stderr)

    def test_it_names_two_routes_of_one_path(self):
        self.script("f/t/one.py", "def main():\n    return 1")
        self.route("a")
        self.route("b", path="items/:other")
        checked = self.check()
        self.assertEqual(checked.returncode, 1)
        self.assertIn("WRONG  two routes answer to one path: f/t/a.http_trigger.yaml of workspace demo, and "
                      "f/t/b.http_trigger.yaml of workspace demo\n", checked.stdout)
