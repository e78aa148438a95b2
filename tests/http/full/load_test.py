"""Long counts: what grows, what leaks, what mixes up."""

import os
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

import processes  # noqa: E402
from case import RigCase  # noqa: E402
from rig import wait_until  # noqa: E402


class LongCounts(RigCase):
    settings = {"caller_requests_at_once": 0, "runs_at_once": 16, "waiting_limit": 4000, "waiting_ms": 60_000}

    def in_parallel(self, count, threads, work):
        with ThreadPoolExecutor(threads) as pool:
            return list(pool.map(work, range(count)))

    def test_ten_thousand_runs_leave_descriptors_memory_and_processes_as_they_were(self):
        path = self.rig.script("f/t/number.sh", 'number="$1"\necho "number $number"')

        def one(number):
            return self.rig.run(path, {"number": number}).text == f'"number {number}"'

        self.assertTrue(all(self.in_parallel(1000, 16, one)))
        pid = self.rig.server_pid
        descriptors, memory = processes.descriptors(pid), processes.resident_bytes(pid)
        self.assertTrue(all(self.in_parallel(10_000, 16, one)))
        self.assertEqual(self.rig.server_pid, pid)
        self.assertTrue(wait_until(lambda: not processes.children(pid), 5))
        if descriptors is not None:
            self.assertLessEqual(processes.descriptors(pid), descriptors + 4)
        self.assertLess(processes.resident_bytes(pid), memory + 8_000_000)
        self.assertTrue(wait_until(lambda: not self.rig.run_folders(), 5))

    def test_a_thousand_at_once_are_all_answered(self):
        path = self.rig.script("f/t/number.sh", 'number="$1"\necho "number $number"')
        together = threading.Barrier(1000)
        answers = [None] * 1000

        def one(number):
            together.wait(60)
            answers[number] = self.rig.run(path, {"number": number}, timeout=120)

        threads = [threading.Thread(target=one, args=(number,)) for number in range(1000)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual([answer.text for answer in answers], [f'"number {number}"' for number in range(1000)])

    def test_hang_ups_of_every_moment_leave_nothing(self):
        path = self.rig.script("f/t/wait.sh", "sleep 60")
        for number in range(200):
            connection = self.rig.begin(path)
            threading.Event().wait(number * 0.0005)
            connection.close()
        self.assertTrue(wait_until(lambda: not processes.descendants(self.rig.server_pid), 10))
        self.assertTrue(wait_until(lambda: not self.rig.run_folders(), 5))


class AThousandSleepers(RigCase):
    settings = {"caller_requests_at_once": 0, "runs_at_once": 1100}

    def test_a_thousand_runs_that_sleep_at_once_are_answered_by_a_small_server(self):
        path = self.rig.script("f/t/sleep.sh", "sleep 1\necho slept")
        together = threading.Barrier(1000)
        answers = [None] * 1000

        def one(number):
            together.wait(60)
            answers[number] = self.rig.run(path, {}, timeout=120).text

        threads = [threading.Thread(target=one, args=(number,)) for number in range(1000)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(set(answers), {'"slept"'})
        self.assertLess(processes.most_resident_bytes(self.rig.server_pid), 100 << 20)
        self.assertLessEqual(len(list((self.rig.home / "run/jobs").glob("*/*"))), 64)  # what waits for a later run


class SixtyFourAtOnce(RigCase):
    settings = {"caller_requests_at_once": 0, "runs_at_once": 64}

    def test_no_run_has_anothers_descriptors(self):
        path = self.rig.script("f/t/open.sh", """
            ls /proc/self/fd >result.out
            sleep 0.2
        """)
        together = threading.Barrier(64)

        def one(_):
            together.wait(30)
            return self.rig.run(path).json().split()

        with ThreadPoolExecutor(64) as pool:
            seen = list(pool.map(one, range(256)))
        self.assertEqual({tuple(one) for one in seen}, {("0", "1", "2", "3")})  # 3 is the folder that ls reads
