"""Where callers are, and how many requests of each are in flight."""

import http.client
import threading

from case import each
from rig import TOKEN, run_url, wait_until
from route_case import RoutesCase


class Addresses(RoutesCase):
    def allowed(self, name, addresses):
        return self.rig.route(f"f/t/{name}", self.echo, name, allowed_addresses=addresses)

    @each([("a network", ["127.0.0.0/8"]), ("the address itself", ["192.0.2.1", "127.0.0.1"]),
           ("as IPv6 maps it", ["::ffff:127.0.0.0/104"])])
    def who_is_at_an_allowed_address_may_call(self, addresses):
        path = self.allowed("near", addresses)
        self.assertEqual(self.args_of(self.ask("POST", path)), {})

    @each([("another network", ["192.0.2.0/24"]), ("another address", ["127.0.0.2"]), ("IPv6 alone", ["::/64", "::1"])])
    def nobody_else_may(self, addresses):
        path = self.allowed("far", addresses)
        for headers in ({}, {"X-Forwarded-For": "192.0.2.1"}, {"X-Real-IP": "192.0.2.1"},
                        {"Forwarded": "for=192.0.2.1"}, {"Remote-Addr": "192.0.2.1"}):
            answer = self.ask("POST", path, token=TOKEN, **headers)
            self.expect_text(answer, 403, "Permission denied: this address may not call")

    @each([("a name", ["localhost"]), ("bits beyond the prefix", ["127.0.0.1/8"]), ("an empty list", []),
           ("a text", "127.0.0.1"), ("nothing", None), ("one of two", ["127.0.0.1", "127.0.0.1/33"])])
    def a_fault_in_the_list_lets_nobody_in(self, addresses):
        path = self.allowed("fault", addresses)
        self.assertEqual(self.ask("POST", path).status, 500)


class InFlight(RoutesCase):
    settings = {"caller_requests_at_once": 3, "runs_at_once": 1}

    def ask_from(self, address, path):
        connection = http.client.HTTPConnection("127.0.0.1", self.rig.port, timeout=60, source_address=(address, 0))
        try:
            connection.request("POST", path, "{}", {"Authorization": f"Bearer {TOKEN}"})
            reply = connection.getresponse()
            reply.read()
            return reply
        finally:
            connection.close()

    def test_who_has_as_many_in_flight_is_told_to_wait_and_others_are_not(self):
        gate = self.rig.shared / "gate"
        waits = self.rig.script("f/t/waits.py", f"""
            import os, time
            def main():
                while not os.path.exists("{gate}"): time.sleep(0.02)
        """)
        statuses = []
        threads = [threading.Thread(target=lambda: statuses.append(self.ask_from("127.0.0.1", run_url(waits)).status))
                   for _ in range(3)]
        for thread in threads:
            thread.start()
        load = lambda: self.ask("GET", "/api/health/status").json()
        self.assertTrue(wait_until(lambda: (load()["running"], load()["waiting"]) == (1, 2), 30))
        route = self.rig.route("f/t/echo", self.echo, "echo")
        for path in (run_url(waits), route):
            answer = self.ask("POST", path, token=TOKEN)
            self.expect_text(answer, 429, "Too many requests: caller_requests_at_once 3")
            self.assertEqual(answer.header("Retry-After"), "1")
        self.expect(self.ask("GET", "/api/version"), 200)
        other = threading.Thread(target=lambda: statuses.append(self.ask_from("127.0.0.2", run_url(waits)).status))
        other.start()
        self.assertTrue(wait_until(lambda: load()["waiting"] == 3, 30))
        gate.touch()
        for thread in [*threads, other]:
            thread.join()
        self.assertEqual(statuses, [200] * 4)
        self.assertTrue(wait_until(lambda: self.ask("POST", route).status == 200, 30))

    def test_streams_and_requests_for_jobs_are_counted_too(self):
        gate = self.rig.shared / "heard"
        waits = self.rig.script("f/t/speaks.py", f"""
            import os, time
            def main():
                yield "begun"
                while not os.path.exists("{gate}"): time.sleep(0.02)
        """)
        stream = f"/api/w/demo/jobs/run_and_stream/p/{waits}"
        threads = [threading.Thread(target=self.ask_from, args=("127.0.0.1", stream)) for _ in range(3)]
        for thread in threads:
            thread.start()
        load = lambda: self.ask("GET", "/api/health/status").json()
        self.assertTrue(wait_until(lambda: (load()["running"], load()["waiting"]) == (1, 2), 30))
        for path in (stream, f"/api/w/demo/jobs/run/p/{waits}"):
            answer = self.ask("POST", path, token=TOKEN)
            self.expect_text(answer, 429, "Too many requests: caller_requests_at_once 3")
        gate.touch()
        for thread in threads:
            thread.join()
        free = lambda: self.ask("POST", f"/api/w/demo/jobs/run/p/{waits}", token=TOKEN).status == 201
        self.assertTrue(wait_until(free, 30))

    def test_a_refused_request_leaves_its_place(self):
        path = self.rig.route("f/t/strict", self.echo, "strict", authentication_method="windmill")
        self.assertEqual([self.ask("POST", path).status for _ in range(10)], [401] * 10)
        self.assertEqual([self.ask("POST", path, token=TOKEN).status for _ in range(10)], [200] * 10)
