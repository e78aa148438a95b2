"""Senders' own packages, unmodified: what they sign is accepted, and refused once a byte changes."""

import json
import os
import shutil
import subprocess

import npm
import signers
from case import each
from rig import SOURCE
from route_case import RoutesCase

NODE = "/usr/bin/node" if os.path.exists("/usr/bin/node") else shutil.which("node")
PACKAGES = [
    ("standardwebhooks", "1.1.1",
     "bCbX9ZEyFkWPsRz7Bl3NuQUJohmwGSev/yhr7vhaGPlc4AfIrspIRa6cPTBuI1ItmrTDJ4d/S2hCsfe4+vQGnQ=="),
    ("@stablelib/base64", "2.0.1",
     "P2z89A7N1ETt6RxgpVdDT2xlg8cnm3n6td0lY9gyK7EiWK3wdq388yFX/hLknkCC0we05OZAD1rfxlQJUbl5VQ=="),
    ("fast-sha256", "1.3.0",
     "n11RGP/lrWEFI/bWdygLxhI+pVeo1ZYIVwvvPkW7azl/rOy+F3HYRZ2K5zeE9mmkhQppyv9sQFx0JM9UabnpPQ=="),
    ("svix", "2.5.0",
     "mqcwCPKL6J5yqC2EQy5ZqE5XEJriCZffy49EGBDCsnrQ7RAYF4kZLJhKfXrB0n21S+3M9qYmQ9YjzrNjRlIuCw=="),
    ("@octokit/webhooks-methods", "6.0.0",
     "MFlzzoDJVw/GcbfzVC1RLR36QqkTLUf79vLVO3D+xn7r0QgxnFoLZgtrzxiQErAjFUOdH6fas2KeQJ1yr/qaXQ=="),
    ("stripe", "23.1.0",
     "fVUfMSfTPoukfoV//MUKAx2+YxyKmYaYtnAL9VkfnHfaPNQylFdWZMD+zgUFerI8rjbaiER8Vzj2XEUQ2AhAsQ=="),
]
BODY = json.dumps({"type": "order.created", "data": {"item": "Tee, 3 × schwarz"}}, ensure_ascii=False)


class Senders(RoutesCase):
    @each([("standardwebhooks", "standard_webhooks", signers.STANDARD_SECRET),
           ("svix", "svix", signers.STANDARD_SECRET), ("octokit", "github", signers.SECRET),
           ("stripe", "stripe", "whsec_" + signers.SECRET)])
    def what_a_package_signs_is_accepted_as_it_is_and_not_otherwise(self, provider, secret):
        package = self.id().rpartition("__")[2].split("_", 1)[1]
        resource = signers.write_resource(self.rig, f"f/t/{package}", signers.resource(provider, secret))
        path = self.rig.route(f"f/t/{package}", self.echo, package, authentication_method="signature",
                              authentication_resource_path=resource)
        headers = {"Content-Type": "application/json"} | self.signed(package, secret)
        self.expect(self.ask("POST", path, BODY.replace("3", "4"), **headers), 401, "application/json",
                    '{"error":"signature invalid"}')
        self.assertEqual(self.args_of(self.ask("POST", path, BODY, **headers)), json.loads(BODY))

    def signed(self, package, secret):
        """The headers that the package gives to the body."""
        folder = npm.together("senders", PACKAGES)
        printed = subprocess.run([NODE, str(SOURCE / "tests/http/senders.mjs"), f"{folder}/", package, secret],
                                 input=BODY.encode(), capture_output=True, timeout=60, check=True)
        return json.loads(printed.stdout)
