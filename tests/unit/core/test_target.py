"""What can be waited for, in every form, and what each wrong form is told."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from wherry.core.secret import Secret
from wherry.core.target import SCHEMES, Kind, Target, is_label, parse_target
from wherry.errors import UsageError


@pytest.mark.parametrize(
    "text, expected",
    [
        pytest.param("http://h", {"kind": Kind.HTTP, "host": "h", "port": 80, "url": "http://h/"}, id="http"),
        pytest.param("HTTP://H/P", {"kind": Kind.HTTP, "host": "H", "url": "http://H/P"}, id="scheme in upper case"),
        pytest.param("https://h", {"kind": Kind.HTTP, "port": 443, "tls": True, "url": "https://h/"}, id="https"),
        pytest.param(
            "http://u:p%40@h:81/a%20b?x=1&y=2#top",
            {"host": "h", "port": 81, "user": "u", "password": Secret("p@"), "url": "http://h:81/a%20b?x=1&y=2"},
            id="http, all there is",
        ),
        pytest.param("http://[::1]:81/", {"host": "::1", "port": 81, "url": "http://[::1]:81/"}, id="http over IPv6"),
        pytest.param(
            "http+unix://%2Frun%2Fapp.sock/ready?deep=1",
            {"kind": Kind.HTTP, "socket": "/run/app.sock", "host": "", "url": "http://localhost/ready?deep=1"},
            id="http over a socket",
        ),
        pytest.param("tcp://h:1", {"kind": Kind.TCP, "host": "h", "port": 1, "tls": False}, id="tcp"),
        pytest.param("h:65535", {"kind": Kind.TCP, "host": "h", "port": 65535}, id="host and port"),
        pytest.param("redis:6379", {"kind": Kind.TCP, "host": "redis"}, id="a host named like a scheme"),
        pytest.param("127.0.0.1:5432", {"kind": Kind.TCP, "host": "127.0.0.1"}, id="address and port"),
        pytest.param("[fe80::1%eth0]:22", {"kind": Kind.TCP, "host": "fe80::1%eth0"}, id="IPv6 with a zone"),
        pytest.param("h.example.:80", {"host": "h.example."}, id="root dot"),
        pytest.param("tls://h", {"kind": Kind.TLS, "port": 443, "tls": True}, id="tls"),
        pytest.param("tls://h:853?servername=x", {"port": 853, "parameters": {"servername": "x"}}, id="tls name"),
        pytest.param("unix:/run/app.sock", {"kind": Kind.UNIX, "socket": "/run/app.sock"}, id="unix"),
        pytest.param("unix:///run/app.sock", {"kind": Kind.UNIX, "socket": "/run/app.sock"}, id="unix as a URL"),
        pytest.param("unix:app.sock", {"socket": "app.sock"}, id="unix, relative"),
        pytest.param("unix:80", {"kind": Kind.UNIX, "socket": "80"}, id="unix, a number"),
        pytest.param("file:a b%20c", {"kind": Kind.FILE, "path": "a b%20c"}, id="file, as it is"),
        pytest.param("file:///a%20b", {"kind": Kind.FILE, "path": "/a b"}, id="file as a URL"),
        pytest.param("file://localhost/a", {"path": "/a"}, id="file at localhost"),
        pytest.param("file:///C:/dir/f", {"path": "C:/dir/f"}, id="file on Windows"),
        pytest.param(
            "exec:pg_isready -h 'my host'",
            {"kind": Kind.EXEC, "path": "pg_isready -h 'my host'", "argv": ("pg_isready", "-h", "my host")},
            id="exec",
        ),
        pytest.param("exec:A=1 x", {"argv": ("A=1", "x")}, id="exec is split, not run by a shell"),
        pytest.param("dns://example.com", {"kind": Kind.DNS, "path": "example.com", "host": "", "port": 0}, id="dns"),
        pytest.param(
            "dns://example.com.?type=mx", {"path": "example.com", "parameters": {"type": "MX"}}, id="dns type"
        ),
        pytest.param("dns://a?server=9.9.9.9", {"host": "9.9.9.9", "port": 53}, id="dns server"),
        pytest.param("dns://a?server=[::1]:5353", {"host": "::1", "port": 5353}, id="dns server over IPv6"),
        pytest.param("dns://_sip._tcp.example.com?type=SRV", {"path": "_sip._tcp.example.com"}, id="dns service"),
        pytest.param(
            "redis://:pw@h/2", {"kind": Kind.REDIS, "port": 6379, "password": Secret("pw"), "path": "2"}, id="redis"
        ),
        pytest.param("rediss://h", {"kind": Kind.REDIS, "tls": True}, id="rediss"),
        pytest.param("redis+unix://%2Fr.sock", {"kind": Kind.REDIS, "socket": "/r.sock"}, id="redis over a socket"),
        pytest.param(
            "postgres://u:p@h/db?sslmode=require",
            {"kind": Kind.POSTGRES, "port": 5432, "user": "u", "path": "db", "parameters": {"sslmode": "require"}},
            id="postgres",
        ),
        pytest.param("postgresql://h", {"kind": Kind.POSTGRES}, id="postgresql"),
        pytest.param("postgresql+asyncpg://h/db?ssl=1", {"kind": Kind.POSTGRES, "path": "db"}, id="with a driver"),
        pytest.param("mysql://h", {"kind": Kind.MYSQL, "port": 3306}, id="mysql"),
        pytest.param("mysql+pymysql://h/db?charset=utf8", {"kind": Kind.MYSQL}, id="mysql with a driver"),
        pytest.param("mariadb://h", {"kind": Kind.MYSQL}, id="mariadb"),
        pytest.param("amqp://h/vhost", {"kind": Kind.AMQP, "port": 5672, "path": "vhost"}, id="amqp"),
        pytest.param("amqps://h", {"kind": Kind.AMQP, "port": 5671, "tls": True}, id="amqps"),
        pytest.param("mongodb://h/db", {"kind": Kind.MONGODB, "port": 27017, "tls": False}, id="mongodb"),
        pytest.param("mongodb://h/?tls=true", {"kind": Kind.MONGODB, "tls": True}, id="mongodb with tls"),
        pytest.param("mongodb://h/?ssl=true", {"tls": True}, id="mongodb with ssl"),
        pytest.param("kafka://h", {"kind": Kind.KAFKA, "port": 9092}, id="kafka"),
        pytest.param("grpc://h", {"kind": Kind.GRPC, "port": 50051, "path": ""}, id="grpc"),
        pytest.param("grpcs://h/pkg.Svc", {"kind": Kind.GRPC, "port": 443, "tls": True, "path": "pkg.Svc"}, id="grpcs"),
    ],
)
def test_each_form(text: str, expected: dict[str, object]) -> None:
    target = parse_target(text)
    assert {name: getattr(target, name) for name in expected} == expected


@pytest.mark.parametrize("scheme", sorted(SCHEMES))
def test_each_scheme_is_read(scheme: str) -> None:
    target = parse_target(f"{scheme}://h:7")
    assert (target.kind, target.tls, target.port) == (SCHEMES[scheme].kind, SCHEMES[scheme].tls, 7)


@pytest.mark.parametrize(
    "text, name, shown",
    [
        pytest.param("http://h/", "http://h/", "http://h/", id="named as shown"),
        pytest.param("api=http://h/", "api", "http://h/", id="label"),
        pytest.param("db-1.main_a=db:5432", "db-1.main_a", "db:5432", id="every character of a label"),
        pytest.param("http://u:pw@h/?token=x", "http://u:***@h/?token=***", "http://u:***@h/?token=***", id="secret"),
        pytest.param("http://h/?a=b", "http://h/?a=b", "http://h/?a=b", id="an = in a URL"),
        pytest.param("exec:A=b", "exec:A=b", "exec:A=b", id="an = in a command"),
    ],
)
def test_names(text: str, name: str, shown: str) -> None:
    target = parse_target(text)
    assert (target.name, target.shown) == (name, shown)


def test_a_name_from_a_file_takes_no_label_away() -> None:
    target = parse_target("exec:true", name="any name at all")
    assert (target.name, target.shown) == ("any name at all", "exec:true")
    with pytest.raises(UsageError):
        parse_target("label=tcp://h:1", name="other")


@pytest.mark.parametrize(
    "text, is_one", [("db", True), ("db-1.a_b", True), ("1db", False), ("", False), ("a b", False), ("a=b", False)]
)
def test_is_label(text: str, is_one: bool) -> None:
    assert is_label(text) is is_one


@pytest.mark.parametrize(
    "text, words",
    [
        pytest.param("", "a target is empty", id="empty"),
        pytest.param("  ", "a target is empty", id="blank"),
        pytest.param("db=", "target 'db' is empty", id="label alone"),
        pytest.param("file:a\0b", "a target contains a NUL character", id="NUL"),
        pytest.param("file:///a%00b", "contains a NUL character", id="NUL in a path"),
        pytest.param("redis+unix://a%00b", "contains a NUL character", id="NUL in a socket"),
        pytest.param("postgres://u%00:p@h", "contains a NUL character", id="NUL in a user"),
        pytest.param("tcp://h%00:1", "is not a host name", id="NUL in a host"),
        pytest.param("dns://h%00", "is not a DNS name", id="NUL in a DNS name"),
        pytest.param("h", "'h' has no port and no scheme; write h:PORT or http://h", id="host alone"),
        pytest.param("h/ready", "has no scheme; write http://h/ready", id="no scheme"),
        pytest.param("/run/x", "write file:/run/x to wait for a file or unix:/run/x for a socket", id="path"),
        pytest.param("./x", "is a path; write file:./x", id="relative path"),
        pytest.param("http:h", "'http:h' lacks the two slashes; write http://h", id="one colon"),
        pytest.param("dns:h", "lacks the two slashes; write dns://h", id="dns, one colon"),
        pytest.param("h:x", "the port is not a number", id="port of letters"),
        pytest.param("fiel:/x", "unknown|no scheme|not a number", id="scheme of a path, misspelt"),
        pytest.param("u:secret@h:1", "'u:[*]{3}@h:1' is no target", id="user without a scheme"),
        pytest.param("::1:5432", "an IPv6 address stands in brackets, such as", id="IPv6 without brackets"),
        pytest.param("http://::1/", "an IPv6 address stands in brackets", id="IPv6 in a URL"),
        pytest.param("[::x]:80", "'::x' is not an IPv6 address", id="wrong IPv6"),
        pytest.param("[abc]:80", "'abc' is not an IPv6 address", id="name in brackets"),
        pytest.param("http://[::1/", "is not a URL: ", id="bracket left open"),
        pytest.param("h:0", "'0' is not a port; ports are 1 to 65535", id="port 0"),
        pytest.param("h:65536", "'65536' is not a port", id="port too high"),
        pytest.param("h:" + "9" * 5000, "is not a port", id="port without end"),
        pytest.param("tcp://h:x", "'x' is not a port", id="port of letters in a URL"),
        pytest.param("tcp://h:", "the port is missing after the colon", id="colon alone"),
        pytest.param("tcp://h", "'tcp://h' has no port; write tcp://h:PORT", id="tcp without port"),
        pytest.param("tcp://h:1/x", "a tcp target has no path", id="path where there is none"),
        pytest.param("tcp://u@h:1", "a tcp target takes no user and password", id="user where there is none"),
        pytest.param("grpc://u:p@h", "a grpc target takes no user and password", id="user of grpc"),
        pytest.param("tcp://h:1?x=1", "a tcp target knows no parameter 'x'", id="parameter where there is none"),
        pytest.param(
            "tls://h?servernam=x", "no parameter 'servernam'; did you mean \"servername\"", id="misspelt parameter"
        ),
        pytest.param("tls://h?servername=x&servername=y", "parameter 'servername' is given twice", id="twice"),
        pytest.param("http://", "names no host", id="no host"),
        pytest.param("http://:80", "names no host", id="port alone"),
        pytest.param("http://a..b", "'a..b' is not a host name", id="empty label"),
        pytest.param(f"http://{'a' * 64}", "is not a host name", id="long label"),
        pytest.param(f"http://{'a.' * 127}aaa", "is not a host name", id="long name"),
        pytest.param("http://a%2Fb", "'a/b' is not a host name", id="slash in a name"),
        pytest.param("http://a b/", "contains a space or control character; write it percent-encoded", id="space"),
        pytest.param("http://h/\n", "contains a space or control character", id="line end"),
        pytest.param("htp://h", "unknown scheme 'htp'; did you mean \"http\"", id="misspelt scheme"),
        pytest.param("ftp://h", "unknown scheme 'ftp'", id="unknown scheme"),
        pytest.param("amqp+unix://x", "unknown scheme 'amqp[+]unix'", id="no socket for amqp"),
        pytest.param("http+tls://h", "unknown scheme 'http[+]tls'", id="unknown variant"),
        pytest.param("http+unix:///ready", "names no socket; write its path percent-encoded", id="socket not encoded"),
        pytest.param("mongodb+srv://h", "mongodb[+]srv stands for several servers", id="srv"),
        pytest.param("mongodb://a,b/", "names several hosts; give each as its own target", id="several hosts"),
        pytest.param("redis://h/cache", "the path of a Redis URL is the number of a database", id="redis path"),
        pytest.param(
            "postgres://h?sslmode=required", "unknown sslmode 'required'; did you mean \"require\"", id="sslmode"
        ),
        pytest.param("unix:", "'unix:' names no path", id="unix alone"),
        pytest.param("file:", "'file:' names no path", id="file alone"),
        pytest.param("file://a/b", "after file:// comes an absolute path", id="file at another host"),
        pytest.param("exec:", "names no command", id="exec alone"),
        pytest.param("exec:  ", "names no command", id="exec blank"),
        pytest.param("exec:''", "names no command", id="exec of nothing"),
        pytest.param("exec:a 'b", "no closing quotation", id="quote left open"),
        pytest.param("dns://", "names nothing to look up", id="dns alone"),
        pytest.param("dns://8.8.8.8:53", "is not a DNS name", id="server for a name"),
        pytest.param("dns://8.8.8.8/a", "a dns target has no path", id="server before the name"),
        pytest.param("dns://a?type=AAA", "unknown record type 'AAA'; did you mean", id="dns type"),
        pytest.param("dns://a?server=", "parameter 'server' is empty", id="no server"),
        pytest.param("dns://a?server=[", "brackets|not", id="a server that urlsplit refuses"),
        pytest.param("dns://a?server=::1", "an IPv6 address stands in brackets", id="server over IPv6"),
        pytest.param("dns://a?server=h:x", "'x' is not a port", id="port of a server"),
        pytest.param("dns://[a", "is not a URL: ", id="bracket left open in a DNS name"),
        pytest.param("dns://a..b", "'a..b' is not a DNS name", id="empty label of a DNS name"),
        pytest.param(f"dns://{'a' * 64}", "is not a DNS name", id="long label of a DNS name"),
    ],
)
def test_each_error_says_what_would_be_right(text: str, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        parse_target(text)


@pytest.mark.parametrize(
    "text",
    ["http://u:secret@h:x/", "http://u:secret@[::1/", "u:secret@h:1", "postgres://u:se/cret@h", "redis://u:secret@h/x",
     "tcp://u:secret@h:1", "http://u:secret@h /", "ftp://u:secret@h", "dns://u:secret@h", "http:u:secret@h"],
)  # fmt: skip
def test_no_error_shows_a_password(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_target(text)
    assert "cret" not in str(caught.value) + str(caught.value.hint)


# Drawn towards what has meaning: each piece is half of some form.
_PIECES = st.sampled_from(
    [*SCHEMES, "dns", "unix", "file", "exec", "://", ":", "//", "/", "@", "?", "#", "=", "&", "[", "]", "::1", "%",
     "%00", "%2F", "h", "a.b", "80", "99999", "+unix", "+", "type", "server", "'", '"', "\\", " ", "\n", "\udcff",
     "\u2100", "\u00e9", ".", "..", "~", ","]
)  # fmt: skip


@given(st.lists(_PIECES, max_size=9).map("".join) | st.text(max_size=40))
@example("dns://a?server=[")
@example("http://a\u2100b")
@example("http://[::1]x")
def test_any_text_is_a_target_or_a_usage_error(text: str) -> None:
    try:
        target = parse_target(text)
    except UsageError as exc:
        assert str(exc)
        return
    assert isinstance(target, Target)
    assert target.host or target.socket or target.path
    assert 0 < target.port < 65536 or not target.host
    assert "\0" not in f"{target.host}{target.socket}{target.path}{target.user}"
