"""Releases with real archives, a server that has them, and people who run install.sh in one shell or another."""

from __future__ import annotations

import hashlib
import io
import os
import platform
import shutil
import signal
import subprocess
import tarfile
import threading
import zipfile
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import pytest

from wherry.commands.release.install.shell import text
from wherry.commands.release.publish.downloads import Download, Facts, Inside

if TYPE_CHECKING:
    from pathlib import Path

HERE = f"linux_{'arm64' if platform.machine() in ('aarch64', 'arm64') else 'amd64'}"
SHELLS = {"dash": ["dash"], "bash": ["bash"], "busybox": ["busybox", "sh"], "zsh": ["zsh", "--emulate", "sh"]}
TOOLS = (
    *(
        "cat",
        "chmod",
        "curl",
        "dirname",
        "getconf",
        "grep",
        "gzip",
        "id",
        "ln",
        "mkdir",
        "mktemp",
        "mv",
        "readlink",
        "rm",
    ),
    *("rmdir", "sh", "sha256sum", "sleep", "tail", "tar", "uname", "unzip", "wc", "wget"),
)


FILE = (Inside("acme", "acme", None),)
TREE = (Inside("acme", "acme/acme", "acme"),)


def of_shell(shell):
    """The command of a shell, or a skip."""
    if shutil.which(SHELLS[shell][0]) is None:
        pytest.skip(f"{shell} is not installed")
    return [shutil.which(SHELLS[shell][0]), *SHELLS[shell][1:]]


def files_of(programs, version):
    """The files of an archive: each program says its name and version, which that of a folder reads beside itself."""
    files = {"README.md": b"Read me\n"}
    for each in programs:
        if each.folder:
            words = '"$(cat "$(dirname "$(readlink -f "$0")")/_internal/version")"'
            files[f"{each.folder}/_internal/version"] = version.encode()
        else:
            words = version
        files[each.path] = f"#!/bin/sh\necho {each.name} {words}\n".encode()
    return files


def packed(kind, files):
    """The bytes of an archive with ``files``, the scripts among them executable; the only file itself for binary."""
    made = io.BytesIO()
    if kind == "binary":
        return next(content for content in files.values() if content.startswith(b"#!"))
    modes = {name: 0o755 if content[:2] in (b"#!", b"\x7fE") else 0o644 for name, content in files.items()}
    if kind == "zip":
        with zipfile.ZipFile(made, "w") as archive:
            for name, content in files.items():
                entry = zipfile.ZipInfo(name)
                entry.external_attr = (0o100000 | modes[name]) << 16
                archive.writestr(entry, content)
        return made.getvalue()
    with tarfile.open(fileobj=made, mode="w:gz") as archive:
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode = len(content), modes[name]
            archive.addfile(entry, io.BytesIO(content))
    return made.getvalue()


class Place:
    """A server on loopback: ``files`` by their paths, bytes or a function of the request; ``asked`` are the paths."""

    def __init__(self):
        self.files, self.asked = {}, []
        place = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                place.asked.append(self.path)
                found = place.files.get(self.path)
                if callable(found):
                    found(self)
                elif found is None:
                    self.send_error(404)
                else:
                    self.answer(found)

            def answer(self, content, length=None):
                self.send_response(200)
                self.send_header("Content-Length", str(len(content) if length is None else length))
                self.end_headers()
                self.wfile.write(content)

            def cut(self, content):
                """Half of it, and then the connection ends."""
                self.answer(content[: len(content) // 2], len(content))
                self.wfile.flush()
                self.close_connection = True

            def hang_up(self):
                self.close_connection = True

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def __enter__(self):
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.01,))
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()

    def release(self, programs=FILE, version="1.2.3", kind="tar.gz", target=HERE, files=None):
        """Has the archive, and gives what is known of it."""
        content = packed(kind, files or files_of(programs, version))
        ending = "" if kind == "binary" else f".{kind}"
        name = f"acme_{version}_{target}{ending}"
        self.files[f"/{name}"] = content
        digest = hashlib.sha256(content).hexdigest()
        return Download(target, name, kind, f"{self.url}/{name}", digest, len(content), tuple(programs))

    def script(self, programs=FILE, version="1.2.3", **named):
        """An install.sh for one archive of this place."""
        return text(facts(version), [self.release(programs, version, **named)])


def facts(version="1.2.3"):
    return Facts("acme", version, f"v{version}", "Does things", "https://acme.dev", "MIT", "https://files.acme.dev")


class Person:
    """Runs scripts in an empty home, with a PATH that has what is needed and no more."""

    def __init__(self, home, user):
        self.home, self.user, self.bin = home, user, home / ".local" / "bin"
        self.tools = home.parent / "tools"
        self.tools.mkdir()
        self.have(*TOOLS)
        self.env = {"HOME": str(home), "PATH": str(self.tools)}

    def have(self, *tools):
        for tool in tools:
            if found := shutil.which(tool):
                (self.tools / tool).symlink_to(found)

    def lack(self, *tools):
        for tool in tools:
            (self.tools / tool).unlink(missing_ok=True)

    def answer(self, tool, says):
        """The tool says something else: what it would on a machine that is not here."""
        self.lack(tool)
        (self.tools / tool).write_text(f"#!/bin/sh\n{says}\n")
        (self.tools / tool).chmod(0o755)

    def own(self, path):
        """Theirs, made by them."""
        os.chown(path, self.user, self.user)
        return path

    def start(self, script, *args, shell="dash", before=()):
        """The script on its way, which reads from a pipe: its own process group, signals as in a terminal."""
        identity = {} if self.user == os.geteuid() else {"user": self.user, "group": self.user, "extra_groups": []}
        process = subprocess.Popen(
            [*before, *of_shell(shell), "-s", "--", *args],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=self.env,
            cwd=self.home,
            start_new_session=True,
            restore_signals=False,
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
            **identity,
        )
        process.stdin.write(script)
        process.stdin.close()
        process.stdin = None
        return process

    def run(self, script, *args, **named):
        """Its exit code, what it printed, and what it said."""
        with self.start(script, *args, **named) as process:
            out, err = process.communicate()
            return process.returncode, out, err

    def says(self, path):
        """What a program prints, that is called from elsewhere with the PATH of a login."""
        env = {"PATH": "/usr/bin:/bin"}
        return subprocess.run([path], capture_output=True, text=True, check=True, cwd="/", env=env).stdout.strip()

    def has(self):
        """All that is in the home, folders that nothing is in among it."""
        found = sorted(self.home.rglob("*"))
        return [str(each.relative_to(self.home)) for each in found if not each.is_dir() or not any(each.iterdir())]


def releases(person: Person, lib: str = ".local/lib/acme") -> list[Path]:
    """The folders of releases in a home."""
    return sorted(each.parent for each in (person.home / lib).glob("*/.installed"))
