"""Suites run against a server on a real socket."""

from __future__ import annotations

import json

import pytest


class TestChecks:
    def test_what_is_sent(self, check, server):
        ran = check(
            """
  - name: order
    url: ${env:URL}/orders
    method: PUT
    query: {dry: 1}
    headers: {X-A: b}
    json: {n: 5}
    auth: {bearer: t0ken}
"""
        )
        assert (ran.code, ran.statuses) == (0, {"order": "passed"})
        [seen] = server.seen
        assert (seen.method, seen.path, json.loads(seen.body)) == ("PUT", "/orders?dry=1", {"n": 5})
        assert seen.headers["x-a"] == "b"
        assert seen.headers["authorization"] == "Bearer t0ken"
        assert seen.headers["content-type"] == "application/json"

    def test_an_unmet_condition_fails_and_says_what_was_found(self, check, server, reply):
        server.routes["/a"] = lambda _: reply(200, b'{"db": "down", "n": [1, 2]}')
        ran = check("  - {name: a, url: '${env:URL}/a', expect: {json.$.db: up, json.$: {eq: {db: up, n: [1, 2]}}}}")
        assert ran.code == 1
        assert "wherry: check: 1 of 1 checks failed: a" in ran.err
        first, second = ran.results["a"]["attempts"][0]["unmet"]
        assert (first["subject"], first["expected"], first["actual"]) == ("json.$.db", '"up"', '"down"')
        assert second["diff"] == ["  {", '-   "db": "up"', '+   "db": "down"', '    "n": [', "      1"]

    def test_a_status_that_nobody_expects_fails(self, check, server, reply):
        server.routes["/a"] = lambda _: reply(404)
        ran = check("  - {name: a, url: '${env:URL}/a'}")
        assert ran.statuses == {"a": "failed"}
        assert ran.results["a"]["attempts"][0]["unmet"][0]["expected"] == "2xx"

    def test_no_answer_is_an_error(self, check, free_port):
        ran = check(f"  - {{name: a, url: 'http://127.0.0.1:{free_port}/'}}")
        assert (ran.code, ran.statuses) == (1, {"a": "error"})
        assert ran.results["a"]["attempts"][0]["reason"] == "refused"

    def test_a_server_that_is_silent_is_given_up(self, check, server, reply):
        server.routes["/a"] = lambda _: reply(hold=True)
        ran = check("  - {name: a, url: '${env:URL}/a', timeout: 100ms}")
        assert ran.results["a"]["attempts"][0]["reason"] == "timeout"

    def test_other_kinds(self, check, here):
        (here / "file.json").write_text('{"a": 1}')
        ran = check(
            """
  - {name: file, url: 'file:file.json', expect: {json.$.a: 1}}
  - {name: port, url: '${env:PORT}'}
  - {name: output, url: 'exec:printf 12', expect: {output: '12'}}
  - {name: fails, url: 'exec:false'}
  - {name: missing, url: 'exec:no-such-program'}
""".replace("${env:PORT}", "file:.")
        )
        assert ran.statuses == {
            "file": "passed", "port": "passed", "output": "passed", "fails": "failed", "missing": "error",
        }  # fmt: skip
        [unmet] = ran.results["fails"]["attempts"][0]["unmet"]
        assert (unmet["subject"], unmet["expected"], unmet["actual"]) == ("exit", "0", "1")

    def test_a_warning_does_not_fail_the_run(self, check, server, reply):
        server.routes["/a"] = lambda _: reply(500)
        ran = check("  - {name: a, url: '${env:URL}/a', severity: warn}\n  - {name: b, url: '${env:URL}/b'}")
        assert (ran.code, ran.statuses) == (0, {"a": "failed", "b": "passed"})

    def test_nothing_but_warnings_is_no_open_gate(self, check, server, reply):
        server.routes["/a"] = lambda _: reply(500)
        ran = check("  - {name: a, url: '${env:URL}/a', severity: warn}")
        assert ran.code == 1
        assert "no check passed" in ran.err


class TestNeeds:
    CHAIN = """
  - {name: login, url: '${env:URL}/login', method: POST, capture: {token: {json: $.token, secret: true}}}
  - {name: orders, url: '${env:URL}/orders', needs: [login], auth: {bearer: '${login.token}'}}
  - {name: logout, url: '${env:URL}/session', method: DELETE, needs: [orders], always: true,
     headers: {X-Token: '${login.token}'}}
"""

    def test_captured_values_are_used(self, check, server, reply):
        server.routes["/login"] = lambda _: reply(200, b'{"token": "abcdef"}')
        ran = check(self.CHAIN)
        assert ran.code == 0
        assert [(seen.method, seen.path) for seen in server.seen] == [
            ("POST", "/login"), ("GET", "/orders"), ("DELETE", "/session"),
        ]  # fmt: skip
        assert server.seen[1].headers["authorization"] == "Bearer abcdef"
        assert "abcdef" not in ran.out

    def test_what_always_runs_cleans_up_after_a_failure(self, check, server, reply):
        server.routes["/login"] = lambda _: reply(200, b'{"token": "abcdef"}')
        server.routes["/orders"] = lambda _: reply(500)
        ran = check(self.CHAIN)
        assert (ran.code, ran.statuses) == (1, {"login": "passed", "orders": "failed", "logout": "passed"})
        assert server.seen[2].headers["x-token"] == "abcdef"

    def test_there_is_nothing_to_clean_up_where_nothing_was_made(self, check, server, reply):
        server.routes["/login"] = lambda _: reply(401)
        ran = check(self.CHAIN)
        assert ran.statuses == {"login": "failed", "orders": "skipped", "logout": "skipped"}
        assert ran.results["logout"]["words"] == "login failed"
        assert server.paths() == ["/login"]

    def test_a_value_that_is_not_there_is_an_error(self, check, server):
        ran = check(self.CHAIN)
        assert ran.statuses["login"] == "error"
        assert ran.results["login"]["words"].startswith("capture token: ")

    def test_a_captured_list_becomes_checks(self, check, server, reply):
        server.routes["/items"] = lambda _: reply(200, b'{"items": [{"id": 1}, {"id": 2}]}')
        ran = check(
            """
  - {name: list, url: '${env:URL}/items', capture: {items: {json: $.items}}}
  - {name: item, url: '${env:URL}/items/${item.id}', foreach: '${list.items}', needs: [list]}
  - {name: after, url: '${env:URL}/after', needs: [item]}
"""
        )
        assert ran.code == 0
        assert server.paths()[0] == "/items"
        assert sorted(server.paths()[1:3]) == ["/items/1", "/items/2"]
        assert server.paths()[3:] == ["/after"]
        assert len(ran.results) == 4

    def test_an_empty_captured_list(self, check, server, reply):
        server.routes["/items"] = lambda _: reply(200, b'{"items": []}')
        ran = check(
            """
  - {name: list, url: '${env:URL}/items', capture: {items: {json: $.items}}}
  - {name: item, url: '${env:URL}/items/${item}', foreach: '${list.items}', needs: [list]}
"""
        )
        assert ran.statuses == {"list": "passed", "item": "skipped"}
        assert ran.results["item"]["words"] == "its list is empty"


class TestAgain:
    def test_a_retry_that_passes_is_flaky(self, check, server):
        server.fails("/a", 1)
        ran = check("  - {name: a, url: '${env:URL}/a', retry: {attempts: 2, base: 1ms}}")
        assert (ran.code, ran.statuses) == (0, {"a": "passed"})
        assert ran.results["a"]["flaky"]
        assert [one["status"] for one in ran.results["a"]["attempts"]] == ["failed", "passed"]

    def test_a_post_is_not_sent_twice(self, check, server):
        server.fails("/a", 9)
        ran = check("  - {name: a, url: '${env:URL}/a', method: POST, retry: {attempts: 2, base: 1ms}}")
        assert server.paths() == ["/a"]
        assert "not tried again: POST may act twice" in ran.results["a"]["words"]

    def test_until_tries_what_fails_until_it_passes(self, check, server):
        server.fails("/a", 3)
        ran = check(
            "  - {name: a, url: '${env:URL}/a'}\n  - {name: b, url: '${env:URL}/b', needs: [a]}", "--until", "30s"
        )
        assert (ran.code, ran.statuses) == (0, {"a": "passed", "b": "passed"})
        assert (len(ran.results["a"]["attempts"]), ran.results["a"]["flaky"]) == (4, True)
        assert not ran.results["b"]["flaky"]

    def test_until_the_time_is_up(self, check, server):
        server.fails("/a", 1000)
        ran = check("  - {name: a, url: '${env:URL}/a'}", "--until", "300ms")
        assert (ran.code, ran.statuses) == (1, {"a": "failed"})

    def test_until_does_not_wait_for_what_nothing_mends(self, check):
        ran = check("  - {name: a, url: 'exec:no-such-program'}", "--until", "1h")
        assert (ran.code, len(ran.results["a"]["attempts"])) == (1, 1)

    def test_a_check_that_waits_holds_up_no_other(self, check, server):
        server.fails("/a", 1)
        check("  - {name: a, url: '${env:URL}/a'}\n  - {name: b, url: '${env:URL}/b'}", "--until", "30s", "--jobs", "1")
        assert server.paths() == ["/a", "/b", "/a"]

    def test_repeat(self, check, server):
        ran = check("  - {name: a, url: '${env:URL}/a'}", "--repeat", "3")
        assert list(ran.results) == ["a (round 1)", "a (round 2)", "a (round 3)"]
        assert server.paths() == ["/a"] * 3


class TestAtOnce:
    def test_no_more_than_the_jobs(self, check, server):
        checks = "\n".join(f"  - {{name: c{n}, url: '${{env:URL}}/{n}'}}" for n in range(40))
        ran = check(checks, "--jobs", "4")
        assert ran.code == 0
        assert len(server.seen) == 40
        assert server.most_at_once <= 4
        assert server.connections <= 4

    def test_a_post_has_a_connection_of_its_own(self, check, server):
        checks = "\n".join(f"  - {{name: c{n}, url: '${{env:URL}}/a', method: POST}}" for n in range(3))
        assert check(checks, "--jobs", "1").code == 0
        assert server.connections == 3

    def test_redirects_and_unread_bodies_keep_their_connection(self, check, server, reply):
        server.routes["/a"] = lambda _: reply(302, b"gone", [("Location", "/b")])
        server.routes["/b"] = lambda _: reply(200, b"x" * 1000)
        checks = "\n".join(f"  - {{name: c{n}, url: '${{env:URL}}/a'}}" for n in range(5))
        assert check(checks, "--jobs", "1").code == 0
        assert server.connections == 1


class TestEnding:
    def test_fail_fast_starts_nothing_more(self, check, server, reply):
        server.routes["/a"] = lambda _: reply(500)
        ran = check(
            """
  - {name: a, url: '${env:URL}/a'}
  - {name: b, url: '${env:URL}/b'}
  - {name: c, url: '${env:URL}/c', always: true}
""",
            "--fail-fast", "--jobs", "1",
        )  # fmt: skip
        assert (ran.code, ran.statuses) == (1, {"a": "failed", "b": "skipped", "c": "passed"})
        assert ran.results["b"]["words"] == "--fail-fast: a failed"
        assert ran.document["ended"] == "--fail-fast: a failed"

    def test_fail_fast_leaves_warnings_alone(self, check, server, reply):
        server.routes["/a"] = lambda _: reply(500)
        ran = check(
            "  - {name: a, url: '${env:URL}/a', severity: warn}\n  - {name: b, url: '${env:URL}/b'}",
            "--fail-fast", "--jobs", "1",
        )  # fmt: skip
        assert (ran.code, ran.statuses["b"]) == (0, "passed")

    def test_the_deadline_cuts_off_and_cleans_up(self, check, server, reply):
        server.routes["/a"] = lambda _: reply(hold=True)
        ran = check(
            """
  - {name: a, url: '${env:URL}/a'}
  - {name: b, url: '${env:URL}/b', needs: [a]}
  - {name: c, url: '${env:URL}/c', needs: [b], always: true}
""",
            "-T", "1s",
        )  # fmt: skip
        assert (ran.code, ran.statuses) == (124, {"a": "error", "b": "skipped", "c": "passed"})
        assert ran.results["a"]["words"] == "cut off: the deadline of 1s passed"
        assert ran.document["ended"] == "the deadline of 1s passed"
        assert "wherry: check: the deadline of 1s passed" in ran.err

    def test_what_cleans_up_has_little_time(self, check, server, reply, monkeypatch):
        monkeypatch.setattr("wherry.commands.check.running.GRACE_S", 0.2)
        server.routes["/a"] = lambda _: reply(hold=True)
        ran = check(
            """
  - {name: a, url: '${env:URL}/a'}
  - {name: b, url: '${env:URL}/a', needs: [a], always: true}
  - {name: c, url: '${env:URL}/c', needs: [b], always: true}
""",
            "-T", "1s",
        )  # fmt: skip
        assert (ran.code, ran.statuses) == (124, {"a": "error", "b": "error", "c": "skipped"})

    def test_a_report_that_cannot_be_made_stops_everything_before_it_begins(self, check, server):
        ran = check("  - {name: a, url: '${env:URL}/a'}", report="junit=no/such/folder/x.xml")
        assert ran.code == 3
        assert server.seen == []


@pytest.mark.parametrize(
    "args, words",
    [
        (["check"], "no suite is named"),
        (["check", "suite.yaml", "--var", "x"], "--var 'x' is not NAME=VALUE"),
        (["check", "suite.yaml", "--var", "x=1", "--var", "x=2"], "--var x is given twice"),
        (["check", "suite.yaml", "--until", "0"], "--until must be more than 0"),
        (["check", "suite.yaml", "-T", "0"], "--deadline must be more than 0"),
        (["check", "suite.yaml", "--report", "jnuit"], "there is no report 'jnuit'; did you mean"),
        (["check", "suite.yaml", "--only", "b"], "no check is called 'b'"),
        (["check", "suite.yaml", "--tag", "b"], "no check has the tag 'b'"),
        (["check", "suite.yaml", "--cacert", "no.pem"], "no.pem"),
    ],
)
def test_usage(here, capfd, args, words):
    from wherry import app

    (here / "suite.yaml").write_text("version: 1\nchecks: [{name: a, url: 'file:.'}]\n")
    assert app.run(args) == 2
    assert words in capfd.readouterr().err


def test_a_file_called_like_a_command_is_reached(here, capfd):
    from wherry import app

    (here / "init").write_text("version: 1\nchecks: [{name: a, url: 'file:.'}]\n")
    assert app.run(["check", "./init"]) == 0
    assert app.run(["check", "init"]) == 2
    capfd.readouterr()


class TestCredentials:
    def test_a_token_is_fetched_once_for_all(self, check, server, reply, monkeypatch):
        monkeypatch.setenv("SECRET", "client-secret")
        server.routes["/token"] = lambda _: reply(200, b'{"access_token": "t0ken-1", "expires_in": 3600}')
        oauth = "{oauth2: {token_url: '${env:URL}/token', client_id: ci, client_secret: '${env:SECRET}'}}"
        checks = "\n".join(f"  - {{name: c{n}, url: '${{env:URL}}/{n}', auth: {oauth}}}" for n in range(5))
        ran = check(checks)
        assert ran.code == 0, ran.err
        assert server.paths().count("/token") == 1
        assert {seen.headers["authorization"] for seen in server.seen if seen.path != "/token"} == {"Bearer t0ken-1"}
        assert "t0ken-1" not in ran.out
        assert "client-secret" not in ran.out

    def test_no_token_is_an_error(self, check, server, reply):
        server.routes["/token"] = lambda _: reply(400, b'{"error": "invalid_scope"}')
        oauth = "{oauth2: {token_url: '${env:URL}/token', client_id: ci, client_secret: some-secret}}"
        ran = check(f"  - {{name: a, url: '${{env:URL}}/a', auth: {oauth}}}")
        assert (ran.code, ran.statuses) == (1, {"a": "error"})
        assert "fetching a token from" in ran.results["a"]["words"]
        assert "invalid_scope" in ran.results["a"]["words"]
