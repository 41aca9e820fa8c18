"""Everything that can be wrong with a command line, a file, an environment or a server: one clear line, the right code.

A row is a command line, its exit code, and words that its one line of error must have. In a command line, names in
capitals within braces are places of the hostile servers, or FOLDER, an empty folder that is the current one.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass, field

import pytest

from .servers import hostile

USAGE, FAILED, NO, DEADLINE = 2, 3, 1, 124


@dataclass(frozen=True)
class Row:
    line: str
    code: int
    words: str
    files: dict[str, bytes] = field(default_factory=dict)
    environ: dict[str, str] = field(default_factory=dict)
    stdin: bytes = b""


COMMAND_LINES = {
    "unknown command": Row("wherry wiat", USAGE, "unknown command 'wiat'; did you mean \"wait\"?"),
    "unknown option": Row(
        "wherry wait --evry 1s tcp://127.0.0.1:1", USAGE, "unknown option --evry; did you mean --every?"
    ),
    "empty argument": Row("wherry wait ''", USAGE, "empty"),
    "no target": Row("wherry wait", USAGE, "nothing to wait for"),
    "no scheme": Row("wherry wait localhost", USAGE, "no port and no scheme"),
    "unknown scheme": Row("wherry wait ftp://localhost", USAGE, "unknown scheme 'ftp'"),
    "misspelt scheme": Row("wherry wait redsi://localhost", USAGE, 'did you mean "redis"'),
    "one slash": Row("wherry wait http:/localhost", USAGE, "lacks the two slashes"),
    "port zero": Row("wherry wait tcp://localhost:0", USAGE, "not a port"),
    "port too large": Row("wherry wait tcp://localhost:65536", USAGE, "not a port"),
    "port of digits without end": Row(f"wherry wait tcp://localhost:{'9' * 5000}", USAGE, "not a port"),
    "port in words": Row("wherry wait localhost:http", USAGE, "not a number"),
    "bare IPv6": Row("wherry wait ::1:80", USAGE, "stands in brackets"),
    "a path as target": Row("wherry wait /tmp/x.sock", USAGE, "write file:"),
    "space in a URL": Row("wherry wait 'http://local host/'", USAGE, "space or control character"),
    "unknown dns type": Row("wherry wait 'dns://localhost?type=AAAAA'", USAGE, "unknown record type"),
    "two hosts": Row("wherry wait mongodb://a,b/", USAGE, "several hosts"),
    "exec without a command": Row("wherry wait exec:", USAGE, "no command"),
    "exec with an open quote": Row('wherry wait "exec:echo \'x"', USAGE, "quotation"),
    "command that is not there": Row(
        "wherry wait file:/ -- no-such-command-anywhere", USAGE, "no-such-command-anywhere"
    ),
    "command that is a folder": Row("wherry wait file:/ -- /tmp", USAGE, "/tmp"),
    "nonsense duration": Row("wherry wait -T soon file:/", USAGE, "'soon' is not a duration; write it like 250ms"),
    "negative duration": Row("wherry wait -T -5s file:/", USAGE, "-5s"),
    "a hundred years": Row("wherry wait -T 99999999h file:/", USAGE, "longer than 100 years"),
    "stable zero": Row("wherry wait --stable 0 file:/", USAGE, "--stable"),
    "stable in words": Row("wherry wait --stable twice file:/", USAGE, "'twice' is not a whole number"),
    "expectation without value": Row("wherry wait --expect status file:/", USAGE, "status"),
    "unknown subject": Row("wherry wait --expect statsu=200 http://localhost", USAGE, 'did you mean "status"'),
    "subject of another kind": Row("wherry wait --expect status=200 tcp://localhost:1", USAGE, "status"),
    "unknown operator": Row("wherry wait --expect 'status={lte: 200}' http://localhost", USAGE, "lte"),
    "broken regular expression": Row(
        "wherry wait --expect 'body={matches: \"(\"}' http://localhost", USAGE, "is not a regular expression"
    ),
    "broken JSONPath": Row("wherry wait --expect 'json.$[=1' http://localhost", USAGE, "json"),
    "broken YAML": Row("wherry wait --expect 'status={' http://localhost", USAGE, "status"),
    "resolve without address": Row("wherry wait --resolve a:80 file:/", USAGE, "is not HOST:PORT:ADDR"),
    "both families": Row("wherry wait -4 -6 tcp://localhost:1", USAGE, "exclude each other"),
    "proxy that is no URL": Row("wherry request GET http://x.test/ --proxy 'http://['", USAGE, "proxy"),
    "socks proxy": Row("wherry request GET http://x.test/ --proxy socks5://127.0.0.1:1", USAGE, "socks"),
    "no URL": Row("wherry request GET", USAGE, "URL"),
    "method with a space": Row("wherry request 'GE T' http://localhost/", USAGE, "GE T"),
    "header without colon": Row("wherry request GET http://localhost/ -H Accept", USAGE, "is not a header"),
    "header with a line break": Row("wherry request GET http://localhost/ -H $'A: b\\r\\nC: d'", USAGE, "line break"),
    "two bodies": Row("wherry request POST http://localhost/ --json 1 --data 2", USAGE, "--"),
    "JSON that is none": Row("wherry request POST http://localhost/ --json '{a'", USAGE, "JSON"),
    "body file that is not there": Row("wherry request POST http://localhost/ --data @none", USAGE, "none"),
    "two credentials": Row("wherry request GET http://localhost/ --bearer a --user b:c", USAGE, "--"),
    "token variable that is not set": Row(
        "wherry request GET http://localhost/ --bearer env:NO_SUCH", USAGE, "NO_SUCH"
    ),
    "token file that is not there": Row("wherry request GET http://localhost/ --bearer file:none", USAGE, "none"),
    "token command that is not there": Row(
        "wherry request GET http://localhost/ --bearer exec:nonesuch", USAGE, "nonesuch"
    ),
    "unknown pagination": Row("wherry request GET http://localhost/ --paginate all", USAGE, "--paginate"),
    "URL with a wrong port": Row("wherry request GET http://localhost:x/", USAGE, "port"),
    "URL of another scheme": Row("wherry request GET ftp://localhost/", USAGE, "ftp"),
    "continue without a file": Row("wherry request GET http://localhost/ --continue", USAGE, "--continue"),
    "folder that is not there": Row("wherry serve none", USAGE, "none"),
    "file for a folder": Row("wherry serve f", USAGE, "f", files={"f": b""}),
    "address that is none": Row("wherry serve --listen nowhere", USAGE, "nowhere"),
    "port taken": Row("wherry serve --listen {CLOSED}", FAILED, "ddress"),
    "key without certificate": Row("wherry serve --tls-key k.pem", USAGE, "--tls-cert"),
    "unknown shell": Row("wherry completion tcsh", USAGE, "'tcsh' is not one of"),
    "unknown schema": Row("wherry schema nothing", USAGE, "'nothing' is not one of"),
}

FILES = {
    "no such file": Row("wherry wait -f none.yaml", USAGE, "none.yaml"),
    "empty file": Row("wherry wait -f w.yaml", USAGE, "w.yaml", {"w.yaml": b""}),
    "no version": Row("wherry wait -f w.yaml", USAGE, "version", {"w.yaml": b"targets: []\n"}),
    "a later version": Row("wherry wait -f w.yaml", USAGE, "version", {"w.yaml": b"version: 2\ntargets: []\n"}),
    "no targets": Row("wherry wait -f w.yaml", USAGE, "target", {"w.yaml": b"version: 1\ntargets: []\n"}),
    "unknown key": Row(
        "wherry wait -f w.yaml",
        USAGE,
        'line 3: unknown key "ulr"; did you mean "url"?',
        {"w.yaml": b"version: 1\ntargets:\n  - ulr: tcp://localhost:1\n"},
    ),
    "duplicate key": Row("wherry wait -f w.yaml", USAGE, "line 2", {"w.yaml": b"version: 1\nversion: 1\n"}),
    "wrong type": Row("wherry wait -f w.yaml", USAGE, "line 2", {"w.yaml": b"version: 1\ntargets: 5\n"}),
    "a tab": Row("wherry wait -f w.yaml", USAGE, "line 3: a tab", {"w.yaml": b"version: 1\ntargets:\n\t- url: x\n"}),
    "not UTF-8": Row("wherry wait -f w.yaml", USAGE, "line 2: the byte 0xff", {"w.yaml": b"version: 1\n\xff: 1\n"}),
    "NUL": Row("wherry wait -f w.yaml", USAGE, "U+0000", {"w.yaml": b"version: 1\0\n"}),
    "alias bomb": Row(
        "wherry wait -f w.yaml",
        USAGE,
        "values",
        {
            "w.yaml": b"a: &a [1,1,1,1,1,1,1,1,1]\n"
            + b"".join(b"%c: &%c [%s]\n" % (c + 1, c + 1, b",".join([b"*%c" % c] * 9)) for c in range(97, 107))
        },
    ),
    "nested without end": Row("wherry wait -f w.yaml", USAGE, "nested", {"w.yaml": b"[" * 5000}),
    "unset variable": Row(
        "wherry wait -f w.yaml",
        USAGE,
        "NO_SUCH",
        {"w.yaml": b"version: 1\ntargets:\n  - url: tcp://${env:NO_SUCH}:1\n"},
    ),
    "a folder": Row("wherry wait -f .", USAGE, "director"),
    "a program": Row("wherry wait -f w.yaml", USAGE, "w.yaml", {"w.yaml": b"\x7fELF\x02\x01\x01\0\0"}),
    "CA file that is not there": Row("wherry wait tls://127.0.0.1:1 --cacert none.pem", USAGE, "none.pem"),
    "CA file that is none": Row("wherry wait tls://127.0.0.1:1 --cacert ca", USAGE, "ca", {"ca": b"hello"}),
    "key that is none": Row("wherry request GET https://127.0.0.1:1 --cert c", USAGE, "c", {"c": b"hello"}),
    "configuration that is none": Row(
        "wherry wait file:/ --profile x", USAGE, "c.toml: line 1", {"c.toml": b"{"}, {"WHERRY_CONFIG": "c.toml"}
    ),
    "profile that is not there": Row(
        "wherry wait tcp://127.0.0.1:1 --profile stagin",
        USAGE,
        "no profile 'stagin'; did you mean \"staging\"?",
        {"c.toml": b"version = 1\n[profiles.staging]\n"},
        {"WHERRY_CONFIG": "c.toml"},
    ),
    "cookie jar that is none": Row(
        "wherry request GET http://{CLOSED}/ --cookie-jar j", USAGE, "j", {"j": b"\xff\xfe\0 not a jar"}
    ),
}

ENVIRONMENTS = {
    "nonsense duration": Row(
        "wherry wait file:/", USAGE, "'soon' is not a duration", environ={"WHERRY_WAIT_DEADLINE": "soon"}
    ),
    "nonsense flag": Row(
        "wherry wait file:/", USAGE, "'maybe' is neither true nor false", environ={"WHERRY_WAIT_ANY": "maybe"}
    ),
    "proxy": Row(
        "wherry request GET http://x.test/", USAGE, "proxy", environ={"HTTP_PROXY": "http://[", "http_proxy": ""}
    ),
    "trust store that is not there": Row(
        "wherry request GET https://{FAULTY}/", USAGE, "SSL_CERT_FILE", environ={"SSL_CERT_FILE": "none.pem"}
    ),
    "configuration that is not there": Row(
        "wherry request GET http://127.0.0.1:1/",
        USAGE,
        "none.toml: no such file",
        environ={"WHERRY_CONFIG": "none.toml"},
    ),
}


def _get(path: str, words: str, code: int = FAILED, options: str = "") -> Row:
    return Row(f"wherry request GET http://{{FAULTY}}/{path} --retry 0 -T 20s {options}", code, words)


SERVERS = {
    "refused": Row("wherry request GET http://{CLOSED}/ --retry 0", FAILED, "refused"),
    "no such name": Row("wherry request GET http://no-such-name.invalid/ --retry 0", FAILED, "no-such-name.invalid"),
    "NXDOMAIN": Row("wherry wait 'dns://x.test?server={NAMES}' -T 2s", DEADLINE, "x.test"),
    "SERVFAIL": Row("wherry wait 'dns://servfail.test?server={NAMES}' -T 2s", DEADLINE, "servfail.test"),
    "black hole": Row("wherry request GET http://{HOLE}/ --retry 0 --timeout 300ms", FAILED, "timed out"),
    "black hole, deadline": Row("wherry request GET http://{HOLE}/ -T 2s", DEADLINE, "deadline"),
    "wait for a black hole": Row("wherry wait tcp://{HOLE} -T 2s --timeout 500ms", DEADLINE, "tcp://{HOLE}"),
    "TLS to a plain server": Row("wherry request GET https://{FAULTY}/ --retry 0 -T 20s", FAILED, "TLS"),
    "an SSH server": Row("wherry request GET http://{SSH}/ --retry 0", FAILED, "SSH-2.0"),
    "truncated body": _get("truncated", "5 of 100 bytes"),
    "chunked body cut": _get("chunk-cut", "body"),
    "chunk size that is none": _get("chunk-size", "chunk"),
    "endless headers": _get("endless-headers", "header"),
    "endless header": _get("endless-header", "header"),
    "endless status line": _get("endless-status", "head is longer"),
    "two lengths": _get("two-lengths", "Content-Length"),
    "negative length": _get("negative-length", "Content-Length"),
    "huge length": _get("huge-length", "Content-Length"),
    "compressed bomb": _get("bomb", "compress"),
    "gzip that is none": _get("not-gzip", "gzip"),
    "gzip cut": _get("gzip-cut", "gzip"),
    "redirect loop": _get("redirect-loop", "redirect"),
    "redirect to another scheme": _get("redirect-nowhere", "ftp"),
    "redirect to garbage": _get("redirect-garbage", "redirect"),
    "reset within the body": _get("reset", "reset"),
    "closes without a word": _get("closes", "closed"),
    "never answers": _get("hangs", "timed out", options="--timeout 300ms"),
    "never answers, deadline": _get("hangs", "deadline", DEADLINE, "-T 300ms"),
    "stalls within the body": _get("stalls", "timed out", options="--timeout 300ms"),
    "garbage": _get("garbage", "does not speak HTTP"),
    "NUL in a header": _get("header-nul", "header"),
    "unknown version": _get("version", "HTTP"),
    "invalid UTF-8 to extract from": _get("invalid-utf8", "UTF-8", NO, options="--extract '$.a'"),
    "no JSON to extract from": _get("not-json", "JSON", NO, options="--extract '$.a'"),
    "JSON nested without end": _get("deep-json", "nested", NO, options="--extract '$.a'"),
    "wait for a body that is no JSON": Row(
        "wherry wait http://{FAULTY}/not-json --expect json.a=1 -T 2s", DEADLINE, "JSON"
    ),
    "a Redis that speaks SSH": Row("wherry wait redis://{SSH} -T 2s", DEADLINE, "SSH-2.0"),
    "a PostgreSQL that speaks SSH": Row("wherry wait postgres://{SSH} -T 2s", DEADLINE, "SSH-2.0"),
    "a MySQL that speaks SSH": Row("wherry wait mysql://{SSH} -T 2s", DEADLINE, "SSH-2.0"),
    "a gRPC that speaks SSH": Row("wherry wait grpc://{SSH} -T 2s", DEADLINE, "{SSH}"),
}

ROWS = {
    f"{title}: {name}": row
    for title, table in {
        "command line": COMMAND_LINES,
        "file": FILES,
        "environment": ENVIRONMENTS,
        "server": SERVERS,
    }.items()
    for name, row in table.items()
}


@pytest.fixture(scope="module")
def places():
    with hostile() as them:
        yield them


def run(row: Row, places: dict[str, str], folder) -> subprocess.CompletedProcess[bytes]:
    for name, content in row.files.items():
        (folder / name).write_bytes(content)
    shim = folder / "bin"
    shim.mkdir()
    (shim / "wherry").write_text(f'#!/bin/sh\nexec {sys.executable} -m wherry "$@"\n')
    (shim / "wherry").chmod(0o755)
    environ = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    environ |= {"PATH": f"{shim}:{environ['PATH']}", "WHERRY_CONFIG": "", **row.environ}
    line = row.line
    for name, place in places.items():
        line = line.replace(f"{{{name}}}", place)
    return subprocess.run(
        ["bash", "-c", line], env=environ, cwd=folder, input=row.stdin, capture_output=True, timeout=60, check=False
    )


@pytest.mark.skipif(sys.platform == "win32", reason="command lines are bash's")
@pytest.mark.parametrize("name", ROWS)
def test_one_clear_line_and_the_right_code(name, places, tmp_path):
    row = ROWS[name]
    done = run(row, places, tmp_path)
    said = done.stderr.decode()
    words = row.words
    for place, address in places.items():
        words = words.replace(f"{{{place}}}", address)
    assert "Traceback" not in said
    assert "internal error" not in said
    assert done.returncode == row.code, said
    assert words in said
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f]", said), "control characters reach the terminal"
    errors = [line for line in said.splitlines() if line.startswith("wherry: ")]
    assert len(errors) == 1, said
    assert len(errors[0]) < 1100
