"""The files of custom routes: what in them is not supported or wrong, whose routes stand in each other's way, and
what a change of them does."""

import json

from case import RigCase, each
from rig import TOKEN, Rig
from route_case import RoutesCase


class RouteFiles(RoutesCase):
    # --- What is not there yet --------------------------------------------------------------------------------

    @each(
        [
            ("a flow", {"is_flow": True}, "is_flow: flows are not supported"),
            ("a website", {"is_static_website": True},
             "a static website or file (is_static_website, static_asset_config) is not supported"),
            ("a suspended route", {"mode": "suspended"}, "mode suspended is not supported, only enabled and disabled"),
        ]
    )
    def unsupported_is_501(self, more, sentence):
        script = self.rig.script("f/t/unsupported.sh", f"echo ran >{self.rig.shared}/unsupported")
        path = self.rig.route("f/t/unsupported", script, "unsupported", **more)
        self.expect_text(self.ask("POST", path), 501, f"Not implemented: {sentence}")
        self.assertFalse((self.rig.shared / "unsupported").exists())

    def test_a_disabled_route_is_404(self):
        path = self.rig.route("f/t/disabled", self.echo, "disabled", mode="disabled")
        self.assertEqual(self.ask("POST", path).status, 404)

    # --- What is wrong ----------------------------------------------------------------------------------------

    @each(
        [
            ("nobody is said to be admitted", "authentication_method: none\n", ""),
            ("the authentication has a slip", "authentication_method: none", "authentication_method: nobody"),
            ("the script is not named", "script_path: f/t/echo\n", ""),
            ("a switch is no switch", "script_path: f/t/echo\n", "script_path: f/t/echo\nwrap_body: maybe\n"),
        ]
    )
    def a_route_that_is_not_right_is_500(self, old, new):
        right = "route_path: wrong_file\nhttp_method: post\nscript_path: f/t/echo\nauthentication_method: none\n"
        self.rig.trigger("f/t/wrong_file", right)
        self.assertEqual(self.ask("POST", "/api/r/wrong_file").status, 200)
        self.rig.trigger("f/t/wrong_file", right.replace(old, new))
        self.expect_text(self.ask("POST", "/api/r/wrong_file"), 500,
                         "Internal: the file of this route is not right")
        self.assertIn("f/t/wrong_file.http_trigger.yaml:", self.rig.log())
        (self.rig.workspace / "f/t/wrong_file.http_trigger.yaml").unlink()

    # A guarded exception from what is open to all.
    @each(
        [
            ("is no YAML, but tells its path", "route_path: wide/deep/secret\nsummary: '\n", True),
            ("tells no path", "http_method: post\n", False),
            ("is no YAML at all", "{", False),
            ("has its path twice", "route_path: wide/deep/secret\nroute_path: wide/secret\n", False),
            ("cannot be told to be below the workspace's name",
             "route_path: wide/deep/secret\nworkspaced_route: yes\n", False),
        ]
    )
    def a_wider_route_does_not_take_what_a_broken_file_may_guard(self, broken, tells_path):
        wide = self.rig.route("f/t/wide", self.echo, "wide/*any")
        guarded = self.rig.route("f/t/guarded", self.echo, "wide/deep/secret", authentication_method="windmill")
        self.assertEqual(self.ask("POST", guarded).status, 401)
        self.rig.trigger("f/t/guarded", broken)
        doubt = "Internal: the file of a route is not right, and this path may be that route's"
        self.expect_text(self.ask("POST", guarded), 500,
                         "Internal: the file of this route is not right" if tells_path else doubt)
        self.assertEqual(self.ask("POST", "/api/r/wide/other").status, 200 if tells_path else 500)
        self.assertIn("f/t/guarded.http_trigger.yaml", self.rig.log())
        self.rig.route("f/t/wide", self.echo, "wide/*any", authentication_method="windmill")
        self.assertEqual(self.ask("POST", "/api/r/wide/other", token=TOKEN).status, 200)
        for name in ("wide", "guarded"):
            (self.rig.workspace / f"f/t/{name}.http_trigger.yaml").unlink()

    def test_a_wider_route_does_not_take_what_a_file_may_guard_that_cannot_be_read(self):
        wide = self.rig.route("f/t/wide", self.echo, "wide/*any")
        outside = self.rig.home / "outside.yaml"
        outside.write_text("route_path: wide/secret\n")
        link = self.rig.workspace / "f/t/link.http_trigger.yaml"  # root may read what has mode 000
        link.symlink_to(outside)
        self.assertEqual(self.ask("POST", wide.replace("*any", "secret")).status, 500)
        self.assertIn("f/t/link.http_trigger.yaml cannot be read", self.rig.log())
        link.unlink()
        link.write_text("route_path: wide/secret\n")
        link.chmod(0)
        self.assertEqual(self.ask("POST", wide.replace("*any", "secret")).status, 500)
        link.unlink()
        self.assertEqual(self.ask("POST", wide.replace("*any", "secret")).status, 200)
        (self.rig.workspace / "f/t/wide.http_trigger.yaml").unlink()

    @each(
        [
            ("the same path", "same/x", "same/x"),
            ("parameters of other names", "same/:a", "same/:b"),
            ("a parameter and the rest", "same/:a", "same/*b"),
        ]
    )
    def two_routes_of_one_path_are_500(self, one, other):
        path = self.rig.route("f/t/same_one", self.echo, one)
        self.rig.route("f/t/same_other", self.echo, other)
        asked = "/api/r/same/x"
        answer = self.ask("POST", asked)
        self.expect_text(answer, 500, "Internal: two routes answer to this path")
        self.assertIn("f/t/same_one.http_trigger.yaml of workspace demo, and f/t/same_other.http_trigger.yaml of "
                      "workspace demo, answer to this path", self.rig.log())
        self.rig.route("f/t/same_other", self.echo, other, "put")
        self.assertEqual(self.ask("POST", asked).status, 200, path)
        for name in ("same_one", "same_other"):
            (self.rig.workspace / f"f/t/{name}.http_trigger.yaml").unlink()

    # --- Changes ----------------------------------------------------------------------------------------------

    def test_what_changes_counts_from_the_next_request_on(self):
        for round in range(20):
            folder = f"f/new{round}"
            script = self.rig.script(f"{folder}/a.py", f"def main(): return {round}")
            asked = f"/api/r/changes/{round}"
            self.assertEqual(self.ask("POST", asked).status, 404)
            self.rig.route(f"{folder}/a", script, f"changes/{round}")
            self.expect(self.ask("POST", asked), 200, body=str(round))
            file = self.rig.workspace / f"{folder}/a.http_trigger.yaml"
            file.write_text(file.read_text().replace("changes/", "changed/"))
            self.assertEqual(self.ask("POST", asked).status, 404)
            self.expect(self.ask("POST", asked.replace("changes", "changed")), 200, body=str(round))
            file.unlink()
            self.assertEqual(self.ask("POST", asked.replace("changes", "changed")).status, 404)

    def test_a_script_of_a_route_may_change_too(self):
        path = self.rig.route("f/t/live", self.rig.script("f/t/live.py", "def main(): return 1"), "live")
        self.expect(self.ask("POST", path), 200, body="1")
        self.rig.script("f/t/live.py", "def main(): return 2")
        self.expect(self.ask("POST", path), 200, body="2")

    def test_a_folder_that_is_moved_away_takes_its_routes_along(self):
        self.rig.route("f/moved/away", self.echo, "moved")
        self.assertEqual(self.ask("POST", "/api/r/moved").status, 200)
        (self.rig.workspace / "f/moved").rename(self.rig.workspace / "elsewhere")
        self.assertEqual(self.ask("POST", "/api/r/moved").status, 404)

    def test_what_belongs_to_a_flow_or_is_hidden_is_no_route(self):
        for number, folder in enumerate(("f/t/x.flow/", "f/t/.hidden/", "f/t/node_modules/", "")):
            self.rig.route(f"{folder}inner{number}", self.echo, f"inner{number}")
            self.assertEqual(self.ask("POST", f"/api/r/inner{number}").status, 404, folder)

    def test_a_route_leads_to_nothing_outside_of_its_workspace(self):
        for number, name in enumerate(("../outside/secret", "/etc/passwd", "f/../../x/y", "hub/1/x")):
            path = self.rig.route(f"f/t/leaves{number}", name, f"leaves{number}")
            self.assertEqual(self.ask("POST", path).status, 404, name)


class TwoWorkspaces(RigCase):
    """Routes have one namespace; a workspaced one has its workspace's own."""

    @classmethod
    def make_rig(cls):
        rig = Rig({"workspaces": {}})
        return rig

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        rig = cls.rig
        cls.folders = {name: rig.home / name for name in ("north", "south")}
        for name, folder in cls.folders.items():
            (folder / "f/t").mkdir(parents=True)
            (folder / "f/t/name.py").write_text(f"def main(): return '{name}'")
        settings = json.loads((rig.home / "towermill.yaml").read_text())
        settings["workspaces"] = {name: str(folder) for name, folder in cls.folders.items()}
        (rig.home / "towermill.yaml").write_text(json.dumps(settings))
        rig.server.terminate()
        rig.server.wait(40)
        rig.start_server()

    def test_each_answers_to_its_own(self):
        for name, folder in self.folders.items():
            self.rig.route("f/t/own", "f/t/name", "own", "get", folder, workspaced_route=True)
            self.rig.route("f/t/open", "f/t/name", f"open/{name}", "get", folder)
        for name in self.folders:
            for path in (f"{name}/own", f"open/{name}"):
                self.expect(self.rig.call("GET", f"/api/r/{path}", token=None), 200, body=f'"{name}"')

    def test_the_same_route_in_both_is_a_conflict(self):
        for folder in self.folders.values():
            self.rig.route("f/t/same", "f/t/name", "same", "get", folder)
        answer = self.rig.call("GET", "/api/r/same", token=None)
        self.expect_text(answer, 500, "Internal: two routes answer to this path")
        self.assertIn("of workspace north, and f/t/same.http_trigger.yaml of workspace south", self.rig.log())
