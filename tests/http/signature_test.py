"""Who may call a route: signatures, API keys, names and passwords, through nginx."""

import base64
import json
import re

import signers
from case import each
from rig import TOKEN, wait_until
from route_case import RoutesCase

BODY = '{"item":"tea",  "list":[1,2.5]}'
ARGS = '{"item":"tea","list":[1,2.5]}'
INVALID = '{"error":"signature invalid"}'


class Guarded(RoutesCase):
    def guarded(self, name, method, value, mode=0o600, **more):
        """A route of its own, called as the sender calls it."""
        resource = signers.write_resource(self.rig, f"f/t/{name}", value, mode)
        return self.rig.route(f"f/t/{name}", self.echo, name, authentication_method=method,
                              authentication_resource_path=resource, **more)

    def signed(self, name, **more):
        return self.guarded(name, "signature", signers.resource(name), accept_once=False, **more)

    def send(self, path, headers, body=BODY):
        return self.ask("POST", path, body, **({"Content-Type": "application/json"} | headers))

    def runs(self):
        """How many there have been: each is counted before its place in the line is free again."""
        quiet = lambda: self.ask("GET", "/api/health/status").json()["running"] == 0
        self.assertTrue(wait_until(quiet, 30))
        page = self.ask("GET", "/api/metrics", token=TOKEN).text
        return sum(float(count) for count in re.findall(r"^towermill_runs_total\{[^}]*\} (\S+)", page, re.M))

    def expect_no_run(self, answers):
        """Each of the calls is answered so, and none of them starts anything."""
        before = self.runs()
        for call, status, body in answers:
            self.expect(call(), status, "application/json", body)
        self.assertEqual(self.runs(), before)
        self.expect_silence()

    def expect_silence(self):
        log = self.rig.log() + (self.rig.home / "access.log").read_text()
        for secret in (signers.SECRET, signers.STANDARD_SECRET, signers.STANDARD_SECRET[6:]):
            self.assertNotIn(secret, log)


class Signatures(Guarded):
    @each(signers.SENDERS)
    def a_signed_request_runs_the_script(self, sign, header, has_time):
        del header, has_time
        name = sign.__name__
        answer = self.send(self.signed(name), sign(BODY))
        self.expect(answer, 200, "application/json", ARGS)

    @each(signers.SENDERS)
    def what_is_not_signed_rightly_starts_nothing(self, sign, header, has_time):
        path = self.signed(sign.__name__)
        right = sign(BODY)
        right = {name.title(): value for name, value in right.items()}
        wrong = right[header.title()]
        wrong = wrong[:-3] + ("A" if wrong[-3] != "A" else "B") + wrong[-2:]
        if sign is signers.stripe:
            wrong = right[header.title()].replace("v1=", "v1=0")
        missing = {name: value for name, value in right.items() if name != header.title()}
        answers = [
            (lambda: self.send(path, right | {header.title(): wrong}), 401, INVALID),
            (lambda: self.send(path, right | {header.title(): right[header.title()] + " "}, BODY + " "), 401, INVALID),
            (lambda: self.send(path, right, BODY.replace("tea", "teb")), 401, INVALID),
            (lambda: self.send(path, right, ""), 401, INVALID),
        ]
        if header != "Svix-Signature":
            answers.append((lambda: self.send(path, missing), 400, json.dumps({"error": f"missing header {header}"},
                                                                              separators=(",", ":"))))
        if has_time:
            for skew_s in (-700, 700):
                answers.append((lambda skew_s=skew_s: self.send(path, sign(BODY, skew_s)), 401, INVALID))
        self.expect_no_run(answers)
        expected = re.search(r"[0-9a-f]{64}|[A-Za-z0-9+/_-]{43,}", right[header.title()])[0]
        self.assertNotIn(expected, self.rig.log())

    def test_two_lines_of_a_signature_are_refused(self):
        path = self.signed("github")
        signature = signers.github(BODY)["X-Hub-Signature-256"]
        line = f"X-Hub-Signature-256: {signature}\r\n"
        request = (f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                   f"Content-Length: {len(BODY)}\r\nConnection: close\r\n")
        self.assertIn(b" 200 ", self.rig.raw((request + line + "\r\n" + BODY).encode())[:20])
        self.assertIn(b" 401 ", self.rig.raw((request + line + line + "\r\n" + BODY).encode())[:20])
        other = f"X-Hub-Signature-256: sha256={'0' * 64}\r\n"
        for lines in (line + other, other + line):
            self.assertIn(b" 401 ", self.rig.raw((request + lines + "\r\n" + BODY).encode())[:20])

    def test_no_token_helps_and_no_query_does(self):
        path = self.signed("github")
        self.expect(self.ask("POST", path, BODY, token=TOKEN), 400)
        self.expect(self.ask("POST", f"{path}?token={TOKEN}&X-Hub-Signature-256=x", BODY), 400)

    def test_a_resource_that_others_can_read_lets_nobody_in(self):
        path = self.guarded("seen", "signature", signers.resource("github"), mode=0o644)
        answer = self.send(path, signers.github(BODY))
        self.expect_text(answer, 500, "Internal: what the route's callers have to know is not set up rightly")
        self.assertIn("f/t/seen.resource.yaml holds a secret and can be read by others", self.rig.log())
        signers.write_resource(self.rig, "f/t/seen", signers.resource("github"))
        self.expect(self.send(path, signers.github(BODY)), 200)

    def test_an_empty_secret_lets_nobody_in(self):
        path = self.guarded("empty", "signature", {"signature_provider": "github", "secret_key": ""})
        signature = "sha256=" + signers.mac(BODY, "").hex()
        before = self.runs()
        self.expect(self.send(path, {"X-Hub-Signature-256": signature}), 500)
        self.assertEqual(self.runs(), before)

    def test_a_new_secret_counts_from_the_next_request_on(self):
        path = self.guarded("rotated", "signature", signers.resource("github", "old"))
        self.expect(self.send(path, signers.github(BODY)), 401)
        signers.write_resource(self.rig, "f/t/rotated", signers.resource("github", ["old", signers.SECRET]))
        self.expect(self.send(path, signers.github(BODY)), 200)
        signers.write_resource(self.rig, "f/t/rotated", signers.resource("github", "new"))
        self.expect(self.send(path, signers.github(BODY)), 401)

    def test_no_script_sees_the_signature(self):
        path = self.signed("github")
        headers = signers.github(BODY)
        answer = self.send(f"{path}?include_header=X-Hub-Signature-256,X-GitHub-Event", headers)
        self.assertEqual(answer.json(), json.loads(BODY) | {"x_github_event": "push"})
        event = self.rig.script("f/t/event.py", "def preprocessor(event): return {'headers': event['headers']}\n"
                                                "def main(headers): return headers")
        seen = self.send(self.rig.route("f/t/github", event, "github", authentication_method="signature",
                                        authentication_resource_path="f/t/github"), headers).json()
        self.assertNotIn("x-hub-signature-256", seen)
        self.assertEqual(seen["x-github-event"], "push")


class Challenges(Guarded):
    def test_slack_gets_its_challenge_back(self):
        body = '{"token":"x","challenge":"3eZbrw1aB","type":"url_verification"}'
        path = self.signed("slack")
        before = self.runs()
        self.expect(self.send(path, signers.slack(body), body), 200, "text/plain", "3eZbrw1aB")
        self.expect(self.send(path, signers.slack(BODY), body), 401)
        self.assertEqual(self.runs(), before)

    def test_twitch_gets_its_challenge_back(self):
        body = '{"challenge":"pogchamp-kappa","subscription":{}}'
        path = self.signed("twitch")
        kind = "webhook_callback_verification"
        before = self.runs()
        self.expect(self.send(path, signers.twitch(body, kind=kind), body), 200, "text/plain", "pogchamp-kappa")
        self.expect(self.send(path, signers.twitch("{}", kind=kind), "{}"), 400, "application/json",
                    '{"error":"payload invalid"}')
        self.assertEqual(self.runs(), before)

    def test_zoom_gets_its_token_signed_if_it_has_signed_itself(self):
        body = '{"payload":{"plainToken":"qgg8vlvZRS6UYooatFL8Aw"},"event_ts":1,"event":"endpoint.url_validation"}'
        path = self.signed("zoom")
        expected = signers.mac("qgg8vlvZRS6UYooatFL8Aw").hex()
        before = self.runs()
        answer = self.send(path, signers.zoom(body), body)
        self.assertEqual(answer.json(), {"plainToken": "qgg8vlvZRS6UYooatFL8Aw", "encryptedToken": expected})
        self.expect(self.send(path, signers.zoom(BODY), body), 401, "application/json", INVALID)
        self.assertEqual(self.runs(), before)


class KeysAndPasswords(Guarded):
    def test_an_api_key_lets_in_who_knows_it(self):
        value = {"api_key_header": "X-Our-Key", "api_key_secret": signers.SECRET}
        path = self.guarded("key", "api_key", value)
        answer = self.send(f"{path}?include_header=X-Our-Key", {"X-Our-Key": signers.SECRET})
        self.expect(answer, 200, "application/json", ARGS)
        before = self.runs()
        for headers in ({}, {"X-Our-Key": "wrong"}, {"X-Our-Key": signers.SECRET + "x"}, {"X-Key": signers.SECRET}):
            self.expect_text(self.send(path, headers), 401, "Unauthorized")
        self.assertEqual(self.runs(), before)
        self.expect_silence()

    def test_name_and_password_let_in_who_knows_both(self):
        path = self.guarded("login", "basic_http", {"username": "ada", "password": signers.SECRET})
        basic = lambda login: {"Authorization": "Basic " + base64.b64encode(login.encode()).decode()}
        answer = self.send(f"{path}?include_header=Authorization", basic(f"ada:{signers.SECRET}"))
        self.expect(answer, 200, "application/json", ARGS)
        before = self.runs()
        for headers in ({}, basic("ada:wrong"), basic(f"bob:{signers.SECRET}"), basic("ada"),
                        {"Authorization": f"Bearer {TOKEN}"}):
            answer = self.send(path, headers)
            self.expect_text(answer, 401, "Unauthorized")
            self.assertEqual(answer.header("WWW-Authenticate"), 'Basic realm="Restricted Area"')
        self.assertEqual(self.runs(), before)
        self.expect_silence()
