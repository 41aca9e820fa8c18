from __future__ import annotations

import signal
from datetime import UTC, datetime, timedelta

import pytest
import trustme

from wherry.core.outcome import Outcome
from wherry.net.failure import Reason

CONFIGURATION = """
daemon off;
pid {folder}/pid;
error_log {folder}/error.log;
events {{ worker_connections 64; }}
http {{
    access_log off;
    client_body_temp_path {folder}/t1; proxy_temp_path {folder}/t2; fastcgi_temp_path {folder}/t3;
    uwsgi_temp_path {folder}/t4; scgi_temp_path {folder}/t5;
    {servers}
}}
"""


@pytest.fixture
def nginx(peers, kit):
    """Writes the configuration and starts an nginx with it; its folder."""
    program, folder = kit.program("nginx"), peers.folder(kit.user("www-data"))

    def configure(servers: str) -> None:
        (folder / "nginx.conf").write_text(CONFIGURATION.format(folder=folder, servers=servers))

    def start(servers: str):
        configure(servers)
        return peers.start([program, "-c", str(folder / "nginx.conf")], folder, farewell=signal.SIGQUIT)

    return start, configure, folder


def test_starting_failing_ready_paused_killed(kit, nginx):
    start, configure, _ = nginx
    port = kit.free_port()
    url = f"http://127.0.0.1:{port}/ready"

    def answering(what: str) -> str:
        return f"server {{ listen 127.0.0.1:{port}; location / {{ return {what}; }} }}"

    waiting = kit.wait(url)
    assert kit.see(url).reason is Reason.REFUSED
    server = start(answering('503 "starting"'))
    seen = kit.see_until(lambda found: found.reason is None, url)
    assert (seen[-1].outcome, seen[-1].words) == (Outcome.UNMET, "503 Service Temporarily Unavailable")
    assert kit.see(url, "status=503", "body=starting").outcome is Outcome.MET
    code, document, _ = kit.wait(url, "-T", "500ms").end()
    assert (code, document["words"]) == (124, "503 Service Temporarily Unavailable")
    assert waiting.process.poll() is None
    configure(answering('200 \'{"db": "up"}\''))
    server.process.send_signal(signal.SIGHUP)
    code, document, _ = waiting.end()
    assert (code, document["words"]) == (0, "200 OK")
    kit.see_until_met(url, "json.$.db=up")

    server.pause()
    paused = kit.see(url, timeout_s=0.5)
    assert (paused.outcome, paused.reason) == (Outcome.UNMET, Reason.TIMEOUT)
    waiting = kit.wait(url, "--expect", "json.$.db=up")
    server.resume()
    assert waiting.end()[0] == 0

    waiting = kit.wait(url, "--not")
    server.kill()
    assert waiting.end()[0] == 0
    assert kit.see(url).reason is Reason.REFUSED


def test_certificates(kit, nginx):
    start, _, folder = nginx
    authority, stranger = trustme.CA(), trustme.CA()
    ca = str(folder / "ca.pem")
    authority.cert_pem.write_to_path(ca)
    yesterday = datetime.now(UTC) - timedelta(days=1)
    issued = {
        "good": authority.issue_cert("127.0.0.1"),
        "expired": authority.issue_cert("127.0.0.1", not_before=yesterday - timedelta(days=9), not_after=yesterday),
        "wrong": authority.issue_cert("other.example"),
        "unknown": stranger.issue_cert("127.0.0.1"),
    }
    ports, servers = {}, ""
    for name, cert in issued.items():
        ports[name] = kit.free_port()
        cert.private_key_and_cert_chain_pem.write_to_path(str(folder / f"{name}.pem"))
        servers += (
            f"server {{ listen 127.0.0.1:{ports[name]} ssl; ssl_certificate {folder}/{name}.pem;"
            f" ssl_certificate_key {folder}/{name}.pem; return 200; }}\n"
        )
    start(servers)
    for scheme in ("tls", "https"):
        url = {name: f"{scheme}://127.0.0.1:{port}" for name, port in ports.items()}
        kit.see_until_met(url["good"], "cert.expires_in={gt: 1d}", cacert=ca)
        for name, words in (
            ("expired", f"the certificate expired on {yesterday:%Y-%m-%d}"),
            ("wrong", "the certificate is for other.example, not for 127.0.0.1"),
            ("unknown", "issuer"),
        ):
            found = kit.see(url[name], cacert=ca)
            assert (found.outcome, found.reason) == (Outcome.UNMET, Reason.TLS), name
            assert words in found.words
            assert kit.see(url[name], insecure=True).outcome is Outcome.MET
            code, document, said = kit.wait(url[name], "--cacert", ca, "-T", "300ms").end()
            assert (code, document["reason"]) == (124, "tls")
            assert words in said
    plain = kit.see(f"http://127.0.0.1:{ports['good']}")
    assert (plain.outcome, plain.words) == (Outcome.UNMET, "400 Bad Request")


def test_a_self_signed_certificate(kit, nginx):
    start, _, folder = nginx
    authority = trustme.CA()
    port, pem = kit.free_port(), str(folder / "self.pem")
    # An authority's own certificate in the place of a server's is what "self-signed" is.
    authority.private_key_pem.write_to_path(pem)
    authority.cert_pem.write_to_path(pem, append=True)
    start(f"server {{ listen 127.0.0.1:{port} ssl; ssl_certificate {pem}; ssl_certificate_key {pem}; return 200; }}")
    seen = kit.see_until(lambda found: found.reason is Reason.TLS, f"tls://127.0.0.1:{port}")
    assert seen[-1].outcome is Outcome.UNMET and "self-signed" in seen[-1].words
