from __future__ import annotations

import asyncio
import base64
import ssl

import pytest
import trustme

from wherry.core.outcome import Outcome
from wherry.net.failure import Reason


def web(*answers: str, asked: list[str] | None = None):
    """A server that gives ``answers`` in turn, the last one for ever, each on a connection of its own."""
    left = list(answers)

    async def handler(reader, writer):
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        if asked is not None:
            asked.append(head)
        answer = left.pop(0) if len(left) > 1 else left[0]
        port = writer.get_extra_info("sockname")[1] if writer.get_extra_info("peername") else 0
        writer.write(answer.replace("{port}", str(port)).encode("latin-1"))
        writer.write_eof()
        await reader.read()

    return handler


def answer(status: str = "200 OK", *fields: str, body: str = "") -> str:
    return "\r\n".join([f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Connection: close", *fields, "", body])


def to(place: str, status: str = "302 Found") -> str:
    return answer(status, f"Location: {place}")


def seen(look_at, served, handler, *expectations, path="/", user="", **settings):
    async def scenario():
        async with served(handler) as port:
            return await look_at(f"http://{user}127.0.0.1:{port}{path}", *expectations, **settings)

    return asyncio.run(scenario())


@pytest.mark.parametrize(
    "status, outcome, words",
    [
        ("200 OK", Outcome.MET, "200 OK"),
        ("204 No Content", Outcome.MET, "204 No Content"),
        ("299 ", Outcome.MET, "299"),
        ("304 Not Modified", Outcome.UNMET, "304 Not Modified"),
        ("302 Found", Outcome.UNMET, "302 Found"),
        ("404 Not Found", Outcome.UNMET, "404 Not Found"),
        ("503 ", Outcome.UNMET, "503 Service Unavailable"),
    ],
)
def test_status(look_at, served, status, outcome, words):
    found = seen(look_at, served, web(answer(status)))
    assert (found.outcome, found.words, found.reason) == (outcome, words, None)


@pytest.mark.parametrize(
    "whole, expectations, outcome",
    [
        pytest.param(answer("404 Not Found"), ["status=404"], Outcome.MET, id="another status is wanted"),
        pytest.param(answer("503 Busy"), ["status={lt: 500}"], Outcome.UNMET, id="and not had"),
        pytest.param(answer("401 No"), ["status={in: [200, 401]}"], Outcome.MET, id="one of several"),
        pytest.param(answer("503 Busy"), ["text={contains: busy}"], Outcome.UNMET, id="nor does the body help"),
        pytest.param(answer(body='{"db": "up"}'), ["json.$.db=up"], Outcome.MET, id="json"),
        pytest.param(answer(body='{"db": "down"}'), ["json.$.db=up"], Outcome.UNMET, id="json says otherwise"),
        pytest.param(answer(body="<html>"), ["json.$.db=up"], Outcome.UNMET, id="no json"),
        pytest.param(answer(body="ready\n"), ["text=ready", "size=6"], Outcome.MET, id="text and size"),
        pytest.param(answer("200 OK", "X-State: up"), ["header.x-state=up"], Outcome.MET, id="header"),
        pytest.param(answer("200 OK", "Set-Cookie: a=1; Path=/"), ["cookie.a=1"], Outcome.MET, id="cookie"),
        pytest.param(answer(), ["version=1.1", "redirects=0", "ip=127.0.0.1"], Outcome.MET, id="version"),
        pytest.param(answer(), ["version=2"], Outcome.UNMET, id="another version"),
    ],
)
def test_conditions(look_at, served, whole, expectations, outcome):
    found = seen(look_at, served, web(whole), *expectations)
    assert found.outcome is outcome, found.words


def test_the_body_is_not_read_where_nobody_looks_into_it(look_at, served):
    # The rest of the body never comes.
    whole = answer().replace("Content-Length: 0", "Content-Length: 1000")
    assert seen(look_at, served, web(whole), "status=200").outcome is Outcome.MET
    cut = seen(look_at, served, web(whole + "abc"), "text={contains: a}")
    assert (cut.outcome, cut.reason) == (Outcome.UNMET, Reason.CLOSED)


class TestRedirects:
    def test_followed(self, look_at, served):
        asked = []
        handler = web(to("/new"), answer(body="here"), asked=asked)
        found = seen(look_at, served, handler, "text=here", "redirects=1", "url={matches: /new$}")
        assert found.outcome is Outcome.MET, found.words
        assert [head.split()[1] for head in asked] == ["/", "/new"]

    def test_what_is_wanted_is_not_followed(self, look_at, served):
        handler = web(to("http://127.0.0.1:1/"))
        assert seen(look_at, served, handler, "status=302").outcome is Outcome.MET
        assert seen(look_at, served, handler, "status=302", "header.location={matches: /$}").outcome is Outcome.MET
        assert seen(look_at, served, handler, "status=200").reason is Reason.REFUSED

    def test_where_only_a_redirect_will_do_another_is_not_followed(self, look_at, served):
        found = seen(look_at, served, web(to("http://127.0.0.1:1/")), "status=301")
        assert (found.outcome, found.words) == (Outcome.UNMET, "status: expected 301, got 302")

    def test_a_condition_on_the_body_means_the_page(self, look_at, served):
        handler = web(to("/new"), answer(body="here"))
        assert seen(look_at, served, handler, "status={lt: 400}", "text=here").outcome is Outcome.MET

    @pytest.mark.parametrize(
        "place, words",
        [
            ("/", "redirected in a circle"),
            ("ftp://h/", "which is no http or https URL"),
        ],
    )
    def test_ways_that_do_not_end_well(self, look_at, served, place, words):
        found = seen(look_at, served, web(to(place)))
        assert (found.outcome, found.reason) == (Outcome.UNMET, Reason.PROTOCOL)
        assert words in found.words

    def test_too_many(self, look_at, served):
        found = seen(look_at, served, web(*[to(f"/{n}") for n in range(20)]))
        assert "redirected more than 10 times" in found.words

    def test_credentials_stay_at_home(self, look_at, served):
        asked, asked_elsewhere = [], []

        async def scenario():
            async with (
                served(web(answer(), asked=asked_elsewhere)) as elsewhere,
                served(web(to("/here"), to(f"http://127.0.0.1:{elsewhere}/there"), asked=asked)) as port,
            ):
                return await look_at(f"http://ann:s%20ecret@127.0.0.1:{port}/")

        assert asyncio.run(scenario()).outcome is Outcome.MET
        token = "Authorization: Basic " + base64.b64encode(b"ann:s ecret").decode()
        assert all(token in head for head in asked) and len(asked) == 2
        assert "Authorization" not in asked_elsewhere[0]

    def test_a_pinned_address_stays_at_home(self, look_at, served):
        async def scenario():
            async with (
                served(web(answer())) as elsewhere,
                served(web(to(f"http://127.0.0.1:{elsewhere}/"))) as port,
            ):
                return await look_at(f"http://no-such-host.invalid:{port}/", address="127.0.0.1")

        assert asyncio.run(scenario()).outcome is Outcome.MET


def test_unix_socket(look_at, served, tmp_path):
    path = str(tmp_path / "a.sock")
    asked = []

    async def scenario():
        async with served(web(to("/b"), answer(), asked=asked), path=path):
            return await look_at("http+unix://" + path.replace("/", "%2F") + "/a")

    found = asyncio.run(scenario())
    assert (found.outcome, found.facts["redirects"], found.facts["ip"]) == (Outcome.MET, 1, None)
    assert [head.split()[1] for head in asked] == ["/a", "/b"]
    assert "Host: localhost" in asked[0]


@pytest.mark.parametrize(
    "said, reason",
    [
        pytest.param("+PONG\r\n", Reason.PROTOCOL, id="not http"),
        pytest.param("", Reason.CLOSED, id="nothing"),
        pytest.param("HTTP/1.1 200 OK\r\nContent-Le", Reason.CLOSED, id="half a head"),
    ],
)
def test_other_servers(look_at, served, said, reason):
    found = seen(look_at, served, web(said))
    assert (found.outcome, found.reason) == (Outcome.UNMET, reason)


def test_a_large_body_can_be_measured(look_at, served):
    whole = answer(body="x" * 11_000_000)
    assert seen(look_at, served, web(whole), "size={gt: 10MiB}").outcome is Outcome.MET
    found = seen(look_at, served, web(whole), "size={gt: 10MiB}", "body={contains: x}")
    assert "larger than 10 MiB" in found.words


def test_a_body_without_end(look_at, served):
    async def handler(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")
        while True:
            writer.write(b"x" * 65536)
            await writer.drain()

    found = seen(look_at, served, handler, "text={contains: y}")
    assert (found.outcome, found.reason) == (Outcome.UNMET, Reason.PROTOCOL)
    assert "larger than 10 MiB" in found.words


def test_certificate(look_at, served, tmp_path):
    ca = trustme.CA()
    ca.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ca.issue_cert("127.0.0.1").configure_cert(context)

    async def scenario():
        async with served(web(answer()), tls=context) as port:
            url = f"https://127.0.0.1:{port}/"
            ca_path = str(tmp_path / "ca.pem")
            return await look_at(url, "cert.expires_in={gt: 1d}", cacert=ca_path), await look_at(url)

    verified, unknown = asyncio.run(scenario())
    assert verified.outcome is Outcome.MET, verified.words
    assert (unknown.outcome, unknown.reason) == (Outcome.UNMET, Reason.TLS)
