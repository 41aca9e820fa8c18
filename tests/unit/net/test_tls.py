"""TLS against servers with certificates good and bad, and against what is no TLS server."""

from __future__ import annotations

import asyncio
import datetime
import ssl

import pytest

from wherry.core.trace import Phase
from wherry.errors import UsageError
from wherry.net.certificate import certificate_facts, peer_certificate, session_facts
from wherry.net.dial import Place, dial
from wherry.net.failure import NetFailure, Reason


async def greet(reader, writer):
    writer.write(b"hello\n")
    await writer.drain()
    await reader.read()


async def talk(net, place, trace, **options):
    stream = await dial(net, place, trace, **options)
    try:
        return await stream.readline(), peer_certificate(stream.ssl_object), stream.ssl_object
    finally:
        await stream.aclose()


def test_a_trusted_server(run, serve, network, trace, certificates):
    async def main():
        async with serve(greet, certificates.server.server()) as port:
            for host in ("localhost", "127.0.0.1"):
                line, certificate, session = await talk(
                    network(cacert=str(certificates.ca)), Place(host, port, tls=True), trace
                )
            return line, certificate, session

    line, certificate, session = run(main())
    assert line == b"hello\n"
    assert certificate.names == ("localhost", "127.0.0.1", "::1")
    facts = certificate_facts(session, certificate.not_after - 60)
    assert facts["expires_in"] == 60
    assert "trustme" in facts["issuer"]
    assert session_facts(session)["version"] == "TLSv1.3"
    assert set(trace.seconds) == {Phase.DNS, Phase.CONNECT, Phase.TLS}


DATE = (datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=2)).strftime("%Y-%m-%d")


@pytest.mark.parametrize(
    ("identity", "words"),
    [
        pytest.param("expired", f"the certificate expired on {DATE}", id="expired"),
        pytest.param("future", "the certificate is not valid before 2", id="not yet valid"),
        pytest.param(
            "wrong_name", "the certificate is for other.example, www.other.example, not for localhost", id="wrong name"
        ),
        pytest.param("self_signed", "the certificate is self-signed", id="self-signed"),
        pytest.param("stranger", "the certificate's issuer is unknown: .*O=Strangers", id="unknown issuer"),
    ],
)
def test_a_certificate_that_is_refused(run, serve, network, trace, certificates, identity, words):
    async def main(**settings):
        async with serve(greet, getattr(certificates, identity).server()) as port:
            return await talk(network(**settings), Place("localhost", port, tls=True), trace)

    with pytest.raises(NetFailure, match=words) as caught:
        run(main(cacert=str(certificates.ca)))
    assert (caught.value.reason, caught.value.phase, caught.value.broken) == (Reason.TLS, Phase.TLS, False)
    assert str(caught.value).startswith("localhost:")
    line, certificate, _ = run(main(insecure=True))
    assert line == b"hello\n"
    assert certificate is not None, "its facts are there though nobody verified it"


def test_a_self_signed_certificate_can_be_trusted_by_itself(run, serve, network, trace, certificates):
    async def main():
        async with serve(greet, certificates.self_signed.server()) as port:
            net = network(cacert=str(certificates.self_signed.cert))
            return await talk(net, Place("localhost", port, tls=True), trace)

    assert run(main())[0] == b"hello\n"


def test_the_name_can_differ_from_the_host(run, serve, network, trace, certificates):
    async def main():
        async with serve(greet, certificates.wrong_name.server()) as port:
            place = Place("127.0.0.1", port, tls=True, server_name="www.other.example")
            return await talk(network(cacert=str(certificates.ca)), place, trace)

    assert run(main())[0] == b"hello\n"


@pytest.mark.parametrize(("host", "sent"), [("localhost", "localhost"), ("127.0.0.1", None)])
def test_addresses_are_not_sent_as_server_name(run, serve, network, trace, certificates, host, sent):
    names = []
    context = certificates.server.server()
    context.sni_callback = lambda _socket, name, _context: names.append(name)

    async def main():
        async with serve(greet, context) as port:
            await talk(network(cacert=str(certificates.ca)), Place(host, port, tls=True), trace)

    run(main())
    assert names == [sent]


def test_a_server_of_an_old_version(run, openssl_serve, network, trace, certificates):
    context = certificates.server.server()
    context.set_ciphers("ALL:@SECLEVEL=0")
    with pytest.warns(DeprecationWarning):
        context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_1

    async def main():
        with openssl_serve(context) as port:
            await talk(network(cacert=str(certificates.ca)), Place("localhost", port, tls=True), trace)

    with pytest.raises(NetFailure, match=r"neither TLS 1.2 nor TLS 1.3"):
        run(main())


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_a_client_certificate(run, openssl_serve, network, trace, certificates, version):
    context = certificates.server.server()
    context.maximum_version = version
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_verify_locations(certificates.ca)

    async def main(**settings):
        with openssl_serve(context) as port:
            net = network(cacert=str(certificates.ca), **settings)
            return (await talk(net, Place("localhost", port, tls=True), trace))[0]

    client, stranger = certificates.client, certificates.stranger
    assert run(main(cert=str(client.cert), key=str(client.key))) == b"hello\n"
    with pytest.raises(NetFailure, match="client certificate") as caught:
        run(main())
    assert caught.value.reason is Reason.TLS
    with pytest.raises(NetFailure, match="does not trust the issuer of the client certificate") as caught:
        run(main(cert=str(stranger.cert), key=str(stranger.key)))
    assert caught.value.reason is Reason.TLS


def saying(data):
    async def handle(reader, writer):
        await reader.read(1)
        writer.write(data)
        await writer.drain()

    return handle


def resetting():
    async def handle(reader, writer):
        await reader.read(1)  # the rest of the hello stays unread: the kernel resets
        writer.transport.abort()

    return handle


@pytest.mark.parametrize(
    ("handler", "words"),
    [
        pytest.param(saying(b"HTTP/1.1 400 Bad Request\r\n\r\n"), "speaks plain HTTP here, not TLS", id="http"),
        pytest.param(saying(b"<!DOCTYPE HTML>\n<html>"), "speaks plain HTTP here, not TLS", id="http/0.9"),
        pytest.param(saying(b"220 mail ESMTP\r\n"), "does not speak TLS here; it sent '220 mail", id="smtp"),
        pytest.param(saying(b"\x15\x03\x03\x00\x02\x02\x28"), "no common cipher", id="handshake failure"),
        pytest.param(
            saying(b"\x15\x03\x03\x00\x02\x02\x70"), "no certificate for the name localhost", id="unknown name"
        ),
        pytest.param(saying(b"\x15\x03\x03\x00\x02\x02\x50"), "internal error", id="internal error"),
        pytest.param(saying(b""), "(closed|reset) the connection in the TLS handshake", id="closed"),
        pytest.param(resetting(), "(closed|reset) the connection in the TLS handshake", id="reset"),
    ],
)
def test_no_handshake(run, serve, network, trace, handler, words):
    async def main():
        async with serve(handler) as port:
            await talk(network(insecure=True), Place("localhost", port, tls=True), trace)

    with pytest.raises(NetFailure, match=words) as caught:
        run(main())
    assert (caught.value.reason, caught.value.phase) == (Reason.TLS, Phase.TLS)


def test_a_protocol_nobody_speaks(run, serve, network, trace, certificates):
    context = certificates.server.server()
    context.set_alpn_protocols(["http/1.1"])

    async def main():
        async with serve(greet, context) as port:
            net = network(cacert=str(certificates.ca))
            stream = await dial(net, Place("localhost", port, tls=True), trace, alpn=("h2",))
            chosen = stream.ssl_object.selected_alpn_protocol()
            await stream.aclose()
            return chosen

    assert run(main()) is None  # OpenSSL's servers go on without one


def test_tls_begun_later(run, serve, network, trace, certificates):
    """As a database does: plain words first, then TLS on the same connection."""
    context = certificates.server.server()

    async def handle(reader, writer):
        assert await reader.readexactly(3) == b"TLS"
        writer.write(b"S")
        await writer.start_tls(context)
        writer.write(b"secret\n")
        await writer.drain()
        await reader.read()

    async def main():
        async with serve(handle) as port:
            net = network(cacert=str(certificates.ca))
            stream = await dial(net, Place("localhost", port), trace)
            stream.write(b"TLS")
            assert await stream.read_exactly(1) == b"S"
            await stream.start_tls(net.tls_context(), "localhost")
            line = await stream.readline()
            await stream.aclose()
            return line

    assert run(main()) == b"secret\n"


def test_what_came_before_the_handshake_is_refused(run, serve, network, trace):
    async def handle(reader, writer):
        writer.write(b"S\ninjected")
        await writer.drain()
        await reader.read()

    async def main():
        async with serve(handle) as port:
            stream = await dial(network(), Place("localhost", port), trace)
            try:
                assert await stream.readline() == b"S\n"
                await stream.start_tls(network(insecure=True).tls_context(), "localhost")
            finally:
                await stream.aclose()

    with pytest.raises(NetFailure, match="before the TLS handshake"):
        run(main())


def test_any_name_of_a_trusted_authority(run, serve, network, trace, certificates):
    async def main():
        async with serve(greet, certificates.wrong_name.server()) as port:
            net = network(cacert=str(certificates.ca))
            stream = await dial(net, Place("localhost", port), trace)
            try:
                await stream.start_tls(net.tls_context(check_name=False), "localhost")
                return await stream.readline()
            finally:
                await stream.aclose()

    assert run(main()) == b"hello\n"


def test_a_handshake_that_is_given_up_closes_the_connection(run, serve, network, trace):
    async def main():
        left = asyncio.Event()

        async def handle(reader, writer):
            await reader.read()
            left.set()

        async with serve(handle) as port:
            task = asyncio.create_task(talk(network(insecure=True), Place("localhost", port, tls=True), trace))
            while trace.phase is not Phase.TLS:
                await asyncio.sleep(0)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            await left.wait()

    run(main())


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        pytest.param({"cacert": "missing.pem"}, "--cacert: .*missing.pem': no such file", id="no CA file"),
        pytest.param({"cacert": "empty"}, "no directory with certificates", id="no certificate in the folder"),
        pytest.param({"cacert": "key"}, "holds no certificate in PEM form", id="CA file is a key"),
        pytest.param({"cert": "missing.pem"}, "--cert .*missing.pem': no such file", id="no certificate file"),
        pytest.param({"cert": "cert", "key": "missing.key"}, "--key .*missing.key': no such file", id="no key file"),
        pytest.param({"cert": "cert"}, "holds no private key", id="key left out"),
        pytest.param({"cert": "key", "key": "key"}, "holds no certificate in PEM form", id="certificate is a key"),
        pytest.param({"cert": "cert", "key": "other"}, "does not belong to the certificate", id="another's key"),
        pytest.param({"cert": "cert", "key": "encrypted"}, "the key is encrypted", id="encrypted key"),
        pytest.param({"key": "key"}, "--key is of no use without --cert", id="key alone"),
    ],
)
def test_settings_that_cannot_work(network, certificates, tmp_path, settings, words):
    encrypted = tmp_path / "encrypted.key"
    from cryptography.hazmat.primitives import serialization

    key = serialization.load_pem_private_key(certificates.client.key.read_bytes(), None)
    encrypted.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.BestAvailableEncryption(b"secret"),
        )
    )
    (tmp_path / "empty").mkdir()
    files = {
        "cert": certificates.client.cert,
        "key": certificates.client.key,
        "other": certificates.server.key,
        "encrypted": encrypted,
    }
    given = {name: str(files.get(value, tmp_path / value)) for name, value in settings.items()}
    with pytest.raises(UsageError, match=words):
        network(**given)


def test_trust_from_the_environment(run, serve, network, trace, certificates, tmp_path):
    (tmp_path / "any-name").write_bytes(certificates.ca.read_bytes())

    async def main(environ, **settings):
        async with serve(greet, certificates.server.server()) as port:
            return (await talk(network(environ, **settings), Place("localhost", port, tls=True), trace))[0]

    assert run(main({"SSL_CERT_FILE": str(certificates.ca)})) == b"hello\n"
    assert run(main({"SSL_CERT_DIR": str(tmp_path)})) == b"hello\n"
    with pytest.raises(UsageError, match=r"SSL_CERT_FILE: .*no such file"):
        run(main({"SSL_CERT_FILE": str(tmp_path / "missing")}))
    with pytest.raises(NetFailure, match="issuer is unknown"):
        run(main({"SSL_CERT_FILE": str(certificates.ca)}, trust_env=False))
