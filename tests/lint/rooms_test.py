"""Who may use whom."""

import re
import unittest

from tree import ROOT, files, includes, name

# From top to bottom: a room may use itself and rooms further down.
ROOMS = """
handler/main.cpp handler/cli handler/app handler/front handler/api handler/flows handler/jobs handler/args
handler/reply handler/auth handler/schema handler/workspace handler/cron
handler/http handler/store handler/observe handler/config
runner/pool runner/launch runner/jail runner/languages runner/protocol runner/base
""".split()

# A library has one file that includes it; to everybody else that file is the library.
LIBRARIES = {
    "libfcgi": r"<fcgi",
    "Boost.Process": r"<boost/process",
    "RapidJSON": r"<rapidjson/",
    "SQLite": r"<sqlite3",
    "OpenSSL": r"<openssl/",
    "yaml-cpp": r"<yaml-cpp/",
    "spdlog": r"<spdlog/",
    "date": r"<date/",
    "CLI11": r"<CLI/",
    "prometheus-cpp": r"<prometheus/",
    "Python": r"<Python\.h",
}

SOURCES = (".cpp", ".h", ".tbl")


def room_of(file):
    found = [room for room in ROOMS if file == room or file.startswith(room + "/")]
    return found[0] if found else None


def program_files():
    return files(*SOURCES, below=("handler", "runner"))


class Rooms(unittest.TestCase):
    def test_every_file_is_in_a_room(self):
        self.assertEqual([name(path) for path in program_files() if not room_of(name(path))], [])

    def test_rooms_use_only_what_is_below_them(self):
        upward = []
        for path in program_files():
            here = ROOMS.index(room_of(name(path)) or ROOMS[0])
            for line, included in includes(path):
                used = included.strip('<>"')
                room = room_of(used)
                if room and ROOMS.index(room) < here:
                    upward.append(f"{name(path)}:{line} uses {used}")
        self.assertEqual(upward, [])

    def test_includes_name_the_whole_path(self):
        short = [
            f"{name(path)}:{line} {included}"
            for path in files(*SOURCES, below=("handler", "runner", "tests"))
            for line, included in includes(path)
            if included.startswith('"') and not re.match(r'"(handler|runner|tests)/', included)
        ]
        self.assertEqual(short, [])

    def test_each_library_is_included_by_one_file(self):
        for library, pattern in LIBRARIES.items():
            users = {name(path) for path in program_files() for _, used in includes(path) if re.match(pattern, used)}
            self.assertLessEqual(len(users), 1, f"{library}: {sorted(users)}")


if __name__ == "__main__":
    unittest.main()
