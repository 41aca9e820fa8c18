"""Attempts, waits, limits and redirects of calls, against a server that says what the test writes."""

from __future__ import annotations

import asyncio
import socket
from contextlib import asynccontextmanager

import msgspec
import pytest
from small_server import CUT, LOST, Answer, serving

from wherry.commands.release.forges import once
from wherry.commands.release.forges.calling import Caller
from wherry.commands.release.forges.reply import Refused, Reply
from wherry.commands.release.forges.wish import asked_s
from wherry.core.network import NetworkSettings
from wherry.core.retry import RetryPolicy
from wherry.core.scope import Scope
from wherry.errors import DeadlinePassed, WherryError
from wherry.net.failure import NetFailure, Reason
from wherry.net.http import BytesBody, Client
from wherry.net.network import Network

FINE = Answer(200, {"fine": True})


@asynccontextmanager
async def calling(*, retries=3, timeout_s=60.0, deadline_s=None, said=None):
    deadline = None if deadline_s is None else asyncio.get_running_loop().time() + deadline_s
    async with Client(Network(NetworkSettings(trust_env=False), {})) as client:
        yield Caller(
            client, Scope(deadline), headers=(("Authorization", "Bearer hidden-token"),),
            policy=RetryPolicy(retries=retries, base_s=0.0), timeout_s=timeout_s,
            say=(said if said is not None else []).append, hints={401: "another token"},
        )  # fmt: skip


def call(answers, method="GET", path="/x", *, times=1, **options):
    """The last reply of ``times`` calls, and all requests; ``answers`` are used up, the last one stays."""
    queue = list(answers)
    settings = {name: options.pop(name) for name in ("retries", "deadline_s", "said") if name in options}

    async def run():
        def answer(_asked):
            return queue.pop(0) if len(queue) > 1 else queue[0]

        async with serving(answer) as server, calling(**settings) as caller:
            try:
                for _ in range(times):
                    reply = await caller.call(method, server.url + path, **options)
                return reply, server.asked
            except WherryError as exc:
                exc.asked = server.asked
                raise

    return asyncio.run(run())


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504])
def test_what_is_sent_again(status):
    said: list[str] = []
    reply, asked = call([Answer(status), FINE], said=said)
    assert (reply.status, len(asked)) == (200, 2)
    assert said[0].startswith("GET http://127.0.0.1:")
    assert said[0].endswith("retry 1 of 3 in 0s")


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 410, 422, 501])
def test_what_is_not(status):
    with pytest.raises(Refused) as caught:
        call([Answer(status, {"message": "No."}), FINE])
    assert len(caught.value.asked) == 1
    assert caught.value.reply.status == status
    assert str(caught.value).endswith(": No.")
    assert caught.value.hint == ("another token" if status == 401 else None)
    assert "hidden-token" not in str(caught.value)


def test_a_status_that_is_wanted():
    reply, _ = call([Answer(404)], wanted=(404,))
    assert reply.status == 404


@pytest.mark.parametrize(
    ("answer", "attempts"),
    [
        pytest.param(Answer(503), 1, id="it-may-have-acted"),
        pytest.param(Answer(429), 2, id="it-did-not"),
        pytest.param(Answer(403, headers={"Retry-After": "0"}), 2, id="a-limit"),
    ],
)
def test_a_post_is_sent_again_only_where_nothing_was_done(answer, attempts):
    if attempts == 2:
        assert len(call([answer, FINE], "POST", json={})[1]) == 2
    else:
        with pytest.raises(Refused, match=r"not sent again: POST may act twice$"):
            call([answer, FINE], "POST", json={})
        assert len(call([answer, FINE], "POST", json={}, repeatable=True)[1]) == 2


def test_a_connection_that_was_never_opened():
    """Any method may be sent again."""

    async def run(said):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            async with calling(said=said) as caller:
                await caller.call("POST", f"http://127.0.0.1:{taken.getsockname()[1]}/x", json={})

    said: list[str] = []
    with pytest.raises(NetFailure, match=r"^POST http.*: connection refused$") as caught:
        asyncio.run(run(said))
    assert (caught.value.reason, len(said)) == (Reason.REFUSED, 3)


USED_UP = {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "3600"}


@pytest.mark.parametrize("headers", [{"Retry-After": "3600"}, USED_UP], ids=["told", "used-up"])
@pytest.mark.parametrize(
    ("deadline_s", "words"),
    [(60.0, "waiting 1h, as the server asks, would pass the deadline$"), (None, "--deadline allows that long$")],
)
def test_a_wait_that_is_too_long(headers, deadline_s, words):
    with pytest.raises(Refused, match=f"HTTP 403 Forbidden: Slow down; not sent again: .*{words}"):
        call([Answer(403, {"message": "Slow down"}, headers=headers)], deadline_s=deadline_s)


@pytest.mark.parametrize(("deadline_s", "kind"), [(60.0, DeadlinePassed), (None, WherryError)])
def test_a_limit_that_is_used_up_is_not_tried(deadline_s, kind):
    last = Answer(200, {}, headers=USED_UP)
    with pytest.raises(kind, match="the rate limit is used up: ") as caught:
        call([last], times=2, deadline_s=deadline_s)
    assert len(caught.value.asked) == 1


def test_a_limit_that_is_soon_over_is_waited_for():
    last = Answer(200, {}, headers={"x-ratelimit-remaining": "0", "x-ratelimit-reset": "0.01"})
    said: list[str] = []
    assert len(call([last, FINE], times=2, said=said)[1]) == 2
    assert said[0].startswith("the rate limit is used up; waiting ")


def test_a_server_that_says_nothing():
    async def run():
        silent = asyncio.Event()

        async def serve(_reader, writer):
            await silent.wait()
            writer.close()

        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        async with server, calling(timeout_s=0.01, retries=1) as caller:
            try:
                await caller.call("GET", f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/x")
            finally:
                silent.set()

    with pytest.raises(NetFailure, match="timed out after 10ms while waiting for the first byte"):
        asyncio.run(run())


class Fine(msgspec.Struct):
    fine: bool


def test_an_answer_is_read_strictly():
    assert call([Answer(200, {"fine": True, "more": 1})])[0].json(Fine) == Fine(True)
    with pytest.raises(WherryError, match=r"^GET http\S+: the answer is not what was expected: expected `bool`"):
        call([Answer(200, {"fine": "yes"})])[0].json(Fine)
    with pytest.raises(WherryError, match="the answer is not what was expected"):
        call([Answer(200, body=b"<html>")])[0].json(Fine)


def test_an_answer_without_end(monkeypatch):
    monkeypatch.setattr(once, "_LARGEST", 1000)
    with pytest.raises(NetFailure, match="the answer is larger than 1000 B") as caught:
        call([Answer(200, body=b"x" * 5000)])
    assert len(caught.value.asked) == 1


@pytest.mark.parametrize("link", ["/x", "http://elsewhere.invalid/x?page=2"], ids=["in-a-circle", "elsewhere"])
def test_pages_that_lead_astray(link):
    async def run():
        answer = Answer(200, [], headers={"Link": f'<{link}>; rel="next"'})
        async with serving(lambda _asked: answer) as server, calling() as caller:
            async for _ in caller.pages(f"{server.url}/x"):
                pass

    with pytest.raises(WherryError, match=r"the next page, .*, leads astray"):
        asyncio.run(run())


def test_a_redirect_is_followed_with_the_body_and_the_token():
    async def run():
        def answer(asked):
            return FINE if asked.path == "/y" else Answer(307, headers={"Location": "/y"})

        async with serving(answer) as server, calling() as caller:
            await caller.call("POST", f"{server.url}/x", json={"a": 1})
            return [(each.json, each.headers["authorization"]) for each in server.asked]

    assert asyncio.run(run()) == [({"a": 1}, "Bearer hidden-token")] * 2


def test_the_token_stays_behind_at_another_origin():
    async def run():
        async with serving(lambda _asked: FINE) as other:
            away = Answer(307, headers={"Location": f"{other.url}/y"})
            async with serving(lambda _asked: away) as server, calling() as caller:
                await caller.call("GET", f"{server.url}/x")
            return [each.headers.get("authorization") for each in (*server.asked, *other.asked)]

    assert asyncio.run(run()) == ["Bearer hidden-token", None]


def receive(answers, faults=()):
    """What was received, and the requests; ``answers`` are used up."""
    queue = list(answers)

    async def run():
        async with serving(lambda _asked: queue.pop(0)) as server, calling() as caller:
            server.faults += faults
            received = b"".join([piece async for piece in caller.receive(f"{server.url}/x")])
            return received, [each.headers.get("range") for each in server.asked]

    return asyncio.run(run())


SHORT = Answer(200, body=b"01234", headers={"Content-Length": "10", "Connection": "close"})


@pytest.mark.parametrize(
    "rest",
    [
        pytest.param(Answer(206, body=b"56789", headers={"Content-Range": "bytes 5-9/10"}), id="the-rest"),
        pytest.param(Answer(206, body=b"3456789", headers={"Content-Range": "bytes 3-9/10"}), id="more-than-the-rest"),
        pytest.param(Answer(200, body=b"0123456789"), id="all-of-it-again"),
    ],
)
def test_what_is_cut_off_goes_on(rest):
    assert receive([SHORT, rest]) == (b"0123456789", [None, "bytes=5-"])


@pytest.mark.parametrize("told", ["bytes 7-9/10", "nonsense"])
def test_another_part_than_the_one_asked_for(told):
    with pytest.raises(NetFailure, match="another part came than the one asked for"):
        receive([SHORT, Answer(206, body=b"789", headers={"Content-Range": told})])


def settle(faults, found=None, *, retries=3):
    """What came of making a thing, and how often it was asked for."""

    async def run():
        async with serving(lambda _asked: Answer(201, {"fine": True})) as server, calling(retries=retries) as caller:
            server.faults += faults

            async def look():
                return found

            made = await caller.settle(
                "POST", f"{server.url}/x", body=BytesBody(b"12345678"), look=look, read=lambda reply: reply.status
            )
            return made, len(server.asked)

    return asyncio.run(run())


@pytest.mark.parametrize(
    ("faults", "found", "retries", "expected"),
    [
        pytest.param([], "there", 3, (201, 1), id="no-fault"),
        pytest.param([("POST", LOST)], "there", 3, ("there", 1), id="lost-and-there"),
        pytest.param([("POST", LOST)], None, 3, (201, 2), id="lost-and-not-there"),
        pytest.param([("POST", CUT)], None, 3, (201, 2), id="cut-and-not-there"),
        pytest.param([("POST", 500)], "there", 3, ("there", 1), id="5xx-and-there"),
        pytest.param([("POST", 502), ("POST", LOST)], None, 3, (201, 3), id="two-faults"),
        pytest.param([("POST", 429)], "never looked for", 3, (201, 2), id="declined"),
        pytest.param([("POST", LOST)], "there", 0, ("there", 1), id="the-last-attempt-and-there"),
    ],
)
def test_what_must_not_act_twice_is_looked_for(faults, found, retries, expected):
    assert settle(faults, found, retries=retries) == expected


def test_what_is_not_there_after_the_last_attempt():
    with pytest.raises(Refused, match=r"HTTP 502 Bad Gateway: on purpose$"):
        settle([("POST", 502)], None, retries=0)


@pytest.mark.parametrize(
    ("status", "headers", "body", "seconds"),
    [
        (403, {}, b"", None),
        (403, {"retry-after": "7"}, b"", 7.0),
        (403, {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "1700000030"}, b"", 30.0),
        (403, {"x-ratelimit-remaining": "5", "x-ratelimit-reset": "1700000030"}, b"", None),
        (403, {}, b'{"message": "You have exceeded a secondary rate limit"}', 60.0),
        (403, {"retry-after": "5"}, b'{"message": "You have exceeded a secondary rate limit"}', 5.0),
        (429, {"retry-after": "Tue, 14 Nov 2023 22:13:30 GMT"}, b"", 10.0),
        (503, {"retry-after": "2"}, b"", 2.0),
        (404, {"retry-after": "2"}, b"", None),
    ],
)
def test_how_long_a_forge_asks_to_wait(status, headers, body, seconds):
    reply = Reply("GET", "http://x/", "http://x/", status, "", tuple(headers.items()), body)
    assert asked_s(reply, 1_700_000_000.0) == seconds
