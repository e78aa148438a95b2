"""Scripts in the shapes of Windmill's public documentation, run as they are: hub/README.md says what they are."""

import json
import shutil
from pathlib import Path

from case import RigCase, each

HUB = Path(__file__).with_name("hub")
MANIFEST = json.loads((HUB / "manifest.json").read_text())


class Hub(RigCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        shutil.copytree(HUB / "f", cls.rig.workspace / "f")

    @each((entry["script"], entry["script"], call) for entry in MANIFEST for call in entry["calls"])
    def script(self, script, call):
        answer = self.rig.run(script, call["args"])
        self.expect(answer, call["status"], call.get("content_type", "application/json"), call.get("body"))
        for name, value in call.get("headers", {}).items():
            self.assertEqual(answer.header(name), value, answer)
        if "error" in call:
            error = answer.json()["error"]
            error.pop("stack", None)
            self.assertEqual(error, call["error"])

    def test_every_script_is_in_the_manifest(self):
        files = [file.relative_to(HUB) for file in (HUB / "f").rglob("*.*") if file.suffix != ".yaml"]
        self.assertEqual({str(file.with_suffix("")) for file in files}, {entry["script"] for entry in MANIFEST})
