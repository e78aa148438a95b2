"""The README's lines for Apache, as Apache itself reads them."""

import re
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

from tree import ROOT

APACHE = shutil.which("apache2", path="/usr/sbin:/usr/bin")
MODULES = Path("/usr/lib/apache2/modules")
NEEDED = ("mpm_event", "authz_core", "alias", "mime", "cgid", "fcgid", "setenvif", "rewrite")
BLOCKS = re.findall(r"^```apache\n(.*?)^```", (ROOT / "README.md").read_text(), re.S | re.M)


class Readme(unittest.TestCase):
    def complaint(self, block):
        """What Apache says of these lines; nothing if it takes them."""
        with tempfile.TemporaryDirectory() as home:
            modules = "".join(f"LoadModule {name}_module {MODULES}/mod_{name}.so\n" for name in NEEDED)
            host = f"<VirtualHost 127.0.0.1:1>\n{block}</VirtualHost>\n"
            config = Path(home, "apache.conf")
            config.write_text(f"ServerRoot {home}\nServerName localhost\nListen 127.0.0.1:1\nErrorLog error.log\n"
                              f"ScriptSock {home}/cgid\n{modules}{host}")
            tried = subprocess.run([APACHE, "-t", "-f", config], capture_output=True, text=True)
            return tried.stderr if tried.returncode else ""

    def test_apache_takes_every_block_of_the_readme(self):
        self.assertEqual(len(BLOCKS), 3)
        for block in BLOCKS:
            if "<Directory" not in block:  # a folder's .htaccess
                block = f"<Directory /srv/site>\n{block}</Directory>\n"
            self.assertEqual(self.complaint(block), "")

    def test_what_apache_cannot_read_is_told(self):
        self.assertIn("ScriptAlias takes", self.complaint("ScriptAlias /cgi-bin/ /srv/cgi-bin/ # a comment\n"))
