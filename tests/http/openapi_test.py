"""A workspace told as an OpenAPI document, by the schemas of its scripts."""

import json
import os
import shutil
import subprocess
from urllib.parse import unquote

import npm
import signers
from case import RigCase
from commands import Commands
from rig import PROGRAM, SOURCE, run_url, wait_until

NODE = "/usr/bin/node" if os.path.exists("/usr/bin/node") else shutil.which("node")
VALIDATOR = [
    ("@seriousme/openapi-schema-validator", "2.11.0",
     "DL8TjmjkUS76OaK/TinoRtf6PrirsWfMZiv62ifP9eq3UOpoLqSGZKpCErxMzz0i1pjECSPYY+qZ1SRYEgiEvg=="),
    ("ajv", "8.20.0",
     "Thbli+OlOj+iMPYFBVBfJ3OmCAnaSyNn4M1vz9T6Gka5Jt9ba/HIR56joy65tY6kx/FCF5VXNB819Y7/GUrBGA=="),
    ("ajv-draft-04", "1.0.0",
     "mv00Te6nmYbRp5DCwclxtt7yV/joXJPGS7nM+97GdxvuttCOfgI3K4U25zboyeX0O+myI8ERluxQe5wljMmVIw=="),
    ("ajv-formats", "3.0.1",
     "8iUql50EUR+uUcdRQ3HDqa6EVyo3docL8g5WJ3FNcWmu62IbkGUue/pEyLBW8VGKKucTPgqeks4fIU1DA4yowQ=="),
    ("fast-deep-equal", "3.1.3",
     "f3qQ9oQy9j2AhBe/H9VC91wLmKBCCU/gDOnKNAYG5hswO7BLKj09Hc5HYNz9cGI++xlpDCIgDaitVs03ATR84Q=="),
    ("fast-uri", "3.1.9",
     "hS/0Wt3Ya043oKXs0sIxrMpKQITXhMLIrVAKKXi4gozGC9v7YRWVnXIZzjNPTO02M9BdxLCWqK1yRXgNziVyJQ=="),
    ("json-schema-traverse", "1.0.0",
     "NM8/P9n3XjXhIZn1lLhkFaACTOURQXjWhV4BA/RnOv8xvgqtqpAX9IO4mRQxSx1Rlo4tqzeqb0sOlruaOy3dug=="),
    ("require-from-string", "2.0.2",
     "Xf0nWe6RseziFMu+Ap9biiUbmplq6S9/p+7w7YXP/JBHhrUDDUhwa+vANyubuqfZWTveU//DYVGsDG7RKL/vEw=="),
    ("yaml", "2.9.1",
     "3NxN8+78OdzbT7C/WjGsyfPAtJaN3FNDsWxv7Y7mcDsT/oOmgW8BpyQQFFBnvZE3j9Y2Sdz1ULFLezL7Eb2yFw=="),
]
DOCUMENT = "/api/w/demo/openapi.json"


def complaints(document):
    """What OpenAPI's own schema says of it; its version where all is well."""
    folder = npm.together("openapi", VALIDATOR)
    checked = subprocess.run([NODE, str(SOURCE / "tests/http/openapi_check.mjs"), f"{folder}/"], input=document,
                             capture_output=True, text=True, timeout=60)
    return (checked.stdout + checked.stderr).strip()


class Document(RigCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rig.script("f/t/order.py", "def main(item: str, count: int = 1): pass", 'summary: Takes "an" order')
        cls.rig.script("f/t/typed.ts", "export function main(a: { b?: Date[] }, c: 'x' | null) {}")
        cls.rig.script("f/t/letter.sh", 'name="$1"')
        cls.rig.script("f/t/mail.php", "<?php function main(?array $to) {}")
        cls.rig.script("f/t/program", "#!/bin/sh\n")
        cls.rig.script("f/t/hooked.py", "def preprocessor(event): return {}\ndef main(n: int): pass")
        cls.rig.script("u/a@b.c/own+1.py", "def main(): pass", "schema: {properties: {x: {type: number}}}")
        cls.rig.script("f/t/nested.py", "def main(): pass",
                       "schema: {$defs: {x: {type: number}}, properties: {x: {$ref: '#/$defs/x'}}}")

        for name, method, value in (("sign", "signature", {"signature_provider": "github", "secret_key": "x"}),
                                    ("key", "api_key", {"api_key_header": "X-Key", "api_key_secret": "x"}),
                                    ("login", "basic_http", {"username": "ada", "password": "x"})):
            resource = signers.write_resource(cls.rig, f"f/t/{name}", value)
            cls.rig.route(f"f/t/{name}", "f/t/letter", name, authentication_method=method,
                          authentication_resource_path=resource)
        cls.rig.route("f/t/read", "f/t/letter", "orders/:other/*path", method="get")
        cls.rig.route("f/t/orders", "f/t/order", "orders/:item/*rest", summary="Orders it")
        cls.rig.route("f/t/hello", "f/t/letter", "letter", method="get", authentication_method="none")

    def document(self):
        answer = self.rig.call("GET", DOCUMENT)
        self.expect(answer, 200, "application/json")
        return answer

    def body_of(self, path):
        operation = self.document().json()["paths"][run_url(path)]["post"]
        return operation["requestBody"]["content"]["application/json"]["schema"]

    def test_the_document_is_valid(self):
        self.assertEqual(complaints(self.document().text), "3.1")

    def test_a_document_that_is_not_valid_is_told(self):
        wrong = self.document().json()
        del wrong["info"]["title"]
        self.assertIn("title", complaints(json.dumps(wrong)))

    def test_it_has_every_script(self):
        found = self.document().json()
        names = ["f/t/hooked", "f/t/letter", "f/t/mail", "f/t/order", "f/t/program", "f/t/typed"]
        self.assertLessEqual({run_url(name) for name in names}, set(found["paths"]))
        self.assertEqual(found["servers"], [{"url": f"http://127.0.0.1:{self.rig.port}"}])
        order = found["paths"][run_url("f/t/order")]["post"]
        self.assertEqual((order["operationId"], order["summary"]), ("f/t/order", 'Takes "an" order'))

    def test_its_bodies_are_the_scripts_schemas(self):
        order = self.body_of("f/t/order")
        self.assertEqual(order["properties"], {"item": {"type": "string"}, "count": {"type": "integer", "default": 1}})
        self.assertEqual(order["required"], ["item"])
        self.assertEqual(self.body_of("f/t/hooked"), {})

    def test_a_reference_leads_to_what_the_schema_means(self):
        found = self.document().json()
        for step in self.body_of("f/t/nested")["properties"]["x"]["$ref"].removeprefix("#/").split("/"):
            found = found[unquote(step).replace("~1", "/").replace("~0", "~")]
        self.assertEqual(found, {"type": "number"})

    def test_it_has_every_route(self):
        paths = self.document().json()["paths"]
        self.assertEqual(len([path for path in paths if path.startswith("/api/r/orders")]), 1)
        self.assertIn("get", paths["/api/r/orders/{item}/{rest}"])
        order = paths["/api/r/orders/{item}/{rest}"]["post"]
        self.assertEqual(order["summary"], "Orders it")
        self.assertEqual([parameter["name"] for parameter in order["parameters"]], ["item", "rest"])
        body = order["requestBody"]["content"]["application/json"]["schema"]
        self.assertEqual((list(body["properties"]), body["required"]), (["count"], []))
        self.assertEqual(paths["/api/r/letter"]["get"]["security"], [])
        self.assertNotIn("requestBody", paths["/api/r/letter"]["get"])

    def test_it_tells_how_the_callers_of_a_route_are_known(self):
        found = self.document().json()
        schemes = found["components"]["securitySchemes"]
        for name, header in (("sign", "X-Hub-Signature-256"), ("key", "X-Key"), ("login", None)):
            operation = found["paths"][f"/api/r/{name}"]["post"]
            [[scheme, _]] = operation["security"][0].items()
            self.assertEqual(schemes[scheme].get("name"), header)
            self.assertIn("401", operation["responses"])

    def test_a_new_script_is_in_it_soon(self):
        self.rig.script("f/t/fresh.py", "def main(): pass")
        self.assertTrue(wait_until(lambda: run_url("f/t/fresh") in self.document().json()["paths"], 20))
        (self.rig.workspace / "f/t/fresh.py").unlink()
        self.assertTrue(wait_until(lambda: run_url("f/t/fresh") not in self.document().json()["paths"], 20))

    def test_a_stranger_does_not_get_it(self):
        self.expect_text(self.rig.call("GET", DOCUMENT, token=None), 401, "Unauthorized")
        self.expect_text(self.rig.call("GET", "/api/w/other/openapi.json"), 404,
                         "Not found: there is no such workspace")
        self.expect_text(self.rig.call("GET", "/api/w/other/openapi.json", token="wrong"), 401, "Unauthorized")

    def test_it_is_for_reading(self):
        self.assertEqual(self.rig.call("POST", DOCUMENT).header("Allow"), "GET, HEAD, OPTIONS")

    def test_the_command_prints_it_too(self):
        printed = subprocess.run([PROGRAM, "openapi", "--config", str(self.rig.home / "towermill.yaml")],
                                 capture_output=True, text=True, timeout=60)
        self.assertEqual(printed.returncode, 0, printed.stderr)
        self.assertEqual(json.loads(printed.stdout)["paths"].keys(), self.document().json()["paths"].keys())


class Command(Commands):
    def test_a_folder_is_told_as_a_document(self):
        self.script("f/t/order.py", "def main(): pass\n")
        printed = self.towermill("openapi", "--workspace", str(self.workspace))
        self.assertEqual((printed.returncode, printed.stderr), (0, ""))
        self.assertIn('"/api/w/local/jobs/run_wait_result/p/f/t/order"', printed.stdout)

    def test_which_workspace_is_told_is_asked_for_where_there_are_several(self):
        self.workspace.mkdir()
        flags = ("--workspaces", f"a={self.workspace}", "--workspaces", f"b={self.workspace}")
        asked = self.towermill("openapi", *flags)
        self.assertEqual((asked.returncode, asked.stderr),
                         (1, "towermill openapi: there are several workspaces: name one of them\n"))
        self.assertIn('"title":"b"', self.towermill("openapi", "b", *flags).stdout)
        self.assertEqual(self.towermill("openapi", "c", *flags).stderr,
                         "towermill openapi: there is no workspace c\n")
        self.assertEqual(self.towermill("openapi").stderr, "towermill openapi: there is no workspace in the settings\n")
