"""nginx with the sites that are looked at: one without TLS, and one for each certificate."""

from __future__ import annotations

import signal
import socket
from typing import TYPE_CHECKING, Final

from server_certificates import write_certificates

if TYPE_CHECKING:
    from pathlib import Path

BIG: Final = 1 << 20

_CONFIGURATION: Final = """
daemon off;
pid {folder}/pid;
error_log {folder}/error.log;
events {{ worker_connections 256; }}
http {{
    access_log off;
    client_body_temp_path {folder}/t1; proxy_temp_path {folder}/t2; fastcgi_temp_path {folder}/t3;
    uwsgi_temp_path {folder}/t4; scgi_temp_path {folder}/t5;
    absolute_redirect off;
    ssl_protocols TLSv1.2 TLSv1.3;
    server {{
        listen 127.0.0.1:{plain}; {six}
        root {folder}/www;
        location / {{ add_header X-Version 2.7.1; }}
        location /status/201 {{ return 201; }}
        location /status/204 {{ return 204; }}
        location /status/404 {{ return 404; }}
        location /status/500 {{ return 500; }}
        location /status/503 {{ return 503; }}
        location /moved/301 {{ return 301 /ok; }}
        location /moved/302 {{ return 302 /ok; }}
        location /moved/307 {{ return 307 http://127.0.0.1:{plain}/ok; }}
        location /moved/308 {{ return 308 /ok; }}
        location /chain/3 {{ return 302 /chain/2; }}
        location /chain/2 {{ return 302 /chain/1; }}
        location /chain/1 {{ return 302 /ok; }}
        location /loop {{ return 302 /loop; }}
        location /to-closed {{ return 302 http://127.0.0.1:{closed}/; }}
        location /to-missing {{ return 302 /status/404; }}
        location /to-tls {{ return 302 https://127.0.0.1:{good}/; }}
        location /to-expired {{ return 302 https://127.0.0.1:{expired}/; }}
        location /protected {{ auth_basic "private"; auth_basic_user_file {folder}/users; try_files /ok =404; }}
    }}
    {secured}
}}
"""
_SECURED: Final = """
    server {{
        listen 127.0.0.1:{port} ssl{also};
        ssl_certificate {folder}/{cert}.pem; ssl_certificate_key {folder}/{cert}.pem; {more}
        location / {{ default_type text/plain; return 200 "secured\\n"; }}
    }}
"""


def has_ipv6() -> bool:
    """Whether ::1 can be listened on here."""
    try:
        with socket.create_server(("::1", 0), family=socket.AF_INET6):
            return True
    except OSError:
        return False


def start_web_server(peers, kit) -> tuple[Path, dict[str, int]]:
    """Its folder, where the certificates are as well, and the ports by the names of the sites."""
    program, folder = kit.program("nginx"), peers.folder()
    certificates = write_certificates(folder)
    sites = ("plain", "closed", *certificates, "two", "mutual")
    ports: dict[str, int] = {}
    while len(set(ports.values())) < len(sites):
        ports = {name: kit.free_port() for name in sites}
    (folder / "users").write_text("ci:{PLAIN}pass word\n")
    www = folder / "www"
    www.mkdir()
    (www / "ok").write_text("all is well\n")
    (www / "empty").write_text("")
    (www / "big").write_bytes(b"0123456789abcdef" * (BIG // 16))
    mutual = f"ssl_client_certificate {folder}/ca.pem; ssl_verify_client on;"
    secured = [_SECURED.format(folder=folder, port=ports[name], cert=name, also="", more="") for name in certificates]
    secured += [
        _SECURED.format(folder=folder, port=ports["two"], cert="good", also=" http2", more=""),
        _SECURED.format(folder=folder, port=ports["mutual"], cert="good", also="", more=mutual),
    ]
    six = f"listen [::1]:{ports['plain']};" if has_ipv6() else ""
    configuration = _CONFIGURATION.format(folder=folder, six=six, secured="".join(secured), **ports)
    (folder / "nginx.conf").write_text(configuration)
    for path in (folder, *folder.iterdir(), *www.iterdir()):
        path.chmod(0o755 if path.is_dir() else 0o644)
    peers.start([program, "-c", str(folder / "nginx.conf")], folder, farewell=signal.SIGQUIT)
    kit.see_until_met(f"http://127.0.0.1:{ports['plain']}/ok")
    return folder, ports
