"""wherry's httpx transport against a real nginx: HTTP/2 with a limit of requests a connection, and HTTP/1.1."""

from __future__ import annotations

import asyncio
import signal

import httpx
import pytest
import trustme

from wherry.core.network import NetworkSettings
from wherry.net.network import Network

CONTENT = bytes(i * 7 % 251 for i in range(1 << 20))
# Before 1.25 nginx knows HTTP/2 only as a parameter of listen; later ones warn of it and take it.
CONFIGURATION = """
daemon off;
pid {folder}/pid;
error_log {folder}/error.log;
events {{ worker_connections 256; }}
http {{
    access_log off;
    client_body_temp_path {folder}/t1; proxy_temp_path {folder}/t2; fastcgi_temp_path {folder}/t3;
    uwsgi_temp_path {folder}/t4; scgi_temp_path {folder}/t5;
    keepalive_requests 40;
    http2_max_concurrent_streams 16;
    server {{
        listen 127.0.0.1:{port} ssl http2;
        listen 127.0.0.1:{plain};
        ssl_certificate {folder}/cert.pem;
        ssl_certificate_key {folder}/cert.pem;
        root {folder}/www;
        client_max_body_size 1k;
        location = /echo {{ return 200 "$request_method $server_protocol $arg_n"; }}
        location = /small {{ return 405; }}
    }}
}}
"""


@pytest.fixture
def nginx(peers, kit):
    """The URLs, https and http, of a running nginx, and the file with its authority."""
    program, folder = kit.program("nginx"), peers.folder(kit.user("www-data"))
    folder.chmod(0o755)
    authority = trustme.CA(key_type=trustme.KeyType.ECDSA)
    authority.cert_pem.write_to_path(str(folder / "ca.pem"))
    authority.issue_cert("localhost").private_key_and_cert_chain_pem.write_to_path(str(folder / "cert.pem"))
    (folder / "www").mkdir()
    (folder / "www" / "file.bin").write_bytes(CONTENT)
    port, plain = kit.free_port(), kit.free_port()
    (folder / "nginx.conf").write_text(CONFIGURATION.format(folder=folder, port=port, plain=plain))
    peers.start([program, "-c", str(folder / "nginx.conf")], folder, farewell=signal.SIGQUIT)
    kit.see_until_met(f"http://127.0.0.1:{plain}/echo")
    return f"https://localhost:{port}", f"http://127.0.0.1:{plain}", str(folder / "ca.pem")


@pytest.mark.parametrize("http2", [True, False], ids=["HTTP/2", "HTTP/1.1"])
def test_more_requests_than_a_connection_may_have(nginx, http2):
    """nginx ends a connection after 40 requests, in good order: none is lost, whatever its method."""
    secure, plain, ca = nginx
    version = "HTTP/2.0" if http2 else "HTTP/1.1"

    async def main():
        from wherry.net.transport.transport import Transport

        transport = Transport(Network(NetworkSettings(cacert=ca), {}), http2=http2)
        async with httpx.AsyncClient(transport=transport, base_url=secure, timeout=20) as client:

            async def ask(n):
                method = "POST" if n % 2 else "GET"
                found = await client.request(method, f"/echo?n={n}")
                assert version.startswith(found.http_version)
                return found.text == f"{method} {version} {n}"

            async def some(first):
                return [await ask(n) for n in range(first, first + 20)]

            found = await asyncio.gather(*[some(20 * n) for n in range(30)])
            assert all(one for many in found for one in many)
            files = await asyncio.gather(*[client.get("/file.bin") for _ in range(20)])
            assert all(file.content == CONTENT for file in files)
            refused = await client.post("/small", content=b"x" * 5_000_000)
            assert refused.status_code == 413
            assert (await client.get(f"{plain}/echo?n=1")).text == "GET HTTP/1.1 1"

    asyncio.run(main())
