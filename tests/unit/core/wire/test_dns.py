from __future__ import annotations

import struct
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wherry.core.wire.dns import TYPES, Question, decode_reply, framed
from wherry.core.wire.talk import NotThisProtocol
from wherry.errors import UsageError

ASKED = Question("www.example.com", "A", 0x1234)
NAME = b"\3www\7example\3com\0"
TO_NAME = b"\xc0\x0c"  # the question's name stands behind the header of 12 bytes


def record(owner: bytes, kind: str, data: bytes, *, record_class: int = 1) -> bytes:
    return owner + struct.pack("!2HIH", TYPES[kind], record_class, 60, len(data)) + data


def reply(*records: bytes, name: bytes = NAME, kind: str = "A", flags: int = 0x8180, ident: int = 0x1234) -> bytes:
    return (
        struct.pack("!6H", ident, flags, 1, len(records), 0, 0)
        + name
        + struct.pack("!2H", TYPES[kind], 1)
        + b"".join(records)
    )


@pytest.mark.parametrize(
    "name, kind, encoded",
    [
        pytest.param("www.example.com", "A", NAME + b"\0\1\0\1", id="name"),
        pytest.param("WWW.Example.com.", "A", NAME + b"\0\1\0\1", id="case and the dot at the end"),
        pytest.param("bücher.de", "AAAA", b"\x0dxn--bcher-kva\2de\0\0\x1c\0\1", id="international"),
        pytest.param("_sip._udp.a", "SRV", b"\4_sip\4_udp\1a\0\0\x21\0\1", id="service"),
        pytest.param("192.0.2.1", "PTR", b"\0011\0012\0010\003192\7in-addr\4arpa\0\0\x0c\0\1", id="address"),
        pytest.param(
            "1.2.0.192.in-addr.arpa", "PTR", b"\0011\0012\0010\003192\7in-addr\4arpa\0\0\x0c\0\1", id="reverse"
        ),
    ],
)
def test_question(name, kind, encoded):
    message = Question(name, kind, 0x1234).encode()
    assert message[:12] == bytes.fromhex("123401000001000000000001")
    assert message[12:-11] == encoded
    assert message[-11:] == bytes.fromhex("00002904d0000000000000")
    assert framed(message) == struct.pack("!H", len(message)) + message


@pytest.mark.parametrize("name", ["a..b", "x" * 64, ".".join(["x" * 60] * 5), "\udcff.example", "é" * 70])
def test_question_that_cannot_be_asked(name):
    with pytest.raises(UsageError):
        Question(name, "A", 1).encode()


@pytest.mark.parametrize(
    "kind, records, answers",
    [
        pytest.param("A", [record(TO_NAME, "A", bytes((192, 0, 2, 1)))], ["192.0.2.1"], id="address"),
        pytest.param("A", [record(NAME, "A", bytes((0, 0, 2, n))) for n in (9, 1)], ["0.0.2.9", "0.0.2.1"], id="order"),
        pytest.param("A", [record(b"\3WwW\xc0\x10", "A", bytes(4))], ["0.0.0.0"], id="case of the owner"),
        pytest.param("AAAA", [record(TO_NAME, "AAAA", bytes(15) + b"\1")], ["::1"], id="ipv6"),
        pytest.param("TXT", [record(TO_NAME, "TXT", b"\3v=s\4pf1 ")], ["v=spf1 "], id="text in parts"),
        pytest.param("TXT", [record(TO_NAME, "TXT", b"")], [""], id="empty text"),
        pytest.param("TXT", [record(TO_NAME, "TXT", b"\1\xff")], ["\N{REPLACEMENT CHARACTER}"], id="text not in UTF-8"),
        pytest.param("MX", [record(TO_NAME, "MX", b"\0\x0a\4mail\xc0\x10")], ["10 mail.example.com"], id="mail"),
        pytest.param("MX", [record(TO_NAME, "MX", b"\0\0\0")], ["0 ."], id="no mail at all"),
        pytest.param("SRV", [record(TO_NAME, "SRV", b"\0\1\0\2\x14\x66\1h\xc0\x18")], ["1 2 5222 h.com"], id="service"),
        pytest.param("NS", [record(TO_NAME, "NS", b"\2ns\xc0\x18")], ["ns.com"], id="name server"),
        pytest.param("PTR", [record(TO_NAME, "PTR", b"\3a.b\1\\\0")], ["a\\.b.\\\\"], id="odd labels"),
        pytest.param("NS", [record(TO_NAME, "NS", b"\2\x07\xff\0")], ["\\007\\255"], id="bytes in a label"),
        pytest.param("CNAME", [record(TO_NAME, "CNAME", b"\1x\0")], ["x"], id="alias"),
        pytest.param(
            "A", [record(TO_NAME, "CNAME", b"\1x\0"), record(b"\1x\0", "A", bytes((10, 0, 0, 1)))], ["10.0.0.1"],
            id="address behind an alias",
        ),
        pytest.param("A", [record(b"\4evil\0", "A", bytes(4))], [], id="another owner"),
        pytest.param("A", [record(TO_NAME, "A", bytes(4), record_class=3)], [], id="another class"),
        pytest.param("A", [], [], id="no records"),
    ],
)  # fmt: skip
def test_answers(kind, records, answers):
    found = decode_reply(reply(*records, kind=kind), Question("www.example.com", kind, 0x1234))
    assert (list(found.answers), found.code, found.truncated) == (answers, 0, False)


@pytest.mark.parametrize(
    "flags, code_name",
    [(0x8180, "NOERROR"), (0x8182, "SERVFAIL"), (0x8183, "NXDOMAIN"), (0x8185, "REFUSED"), (0x8189, "RCODE 9")],
)
def test_codes(flags, code_name):
    assert decode_reply(reply(flags=flags), ASKED).code_name == code_name


def test_error_without_the_question():
    message = struct.pack("!6H", 0x1234, 0x8181, 0, 0, 0, 0)
    assert decode_reply(message, ASKED).code_name == "FORMERR"


def test_truncated_in_the_middle_of_a_record():
    message = reply(record(TO_NAME, "A", bytes(4)), record(TO_NAME, "A", bytes(4)), flags=0x8380)[:-6]
    found = decode_reply(message, ASKED)
    assert (found.truncated, found.answers) == (True, ("0.0.0.0",))


LOOP = struct.pack("!6H", 0x1234, 0x8180, 1, 0, 0, 0)


@pytest.mark.parametrize(
    "data, words",
    [
        pytest.param(b"", "it ends too early", id="nothing"),
        pytest.param(b"HTTP/1.1 400 Bad Request\r\n", "not a DNS reply", id="http"),
        pytest.param(reply(flags=0x0100), "not a DNS reply", id="a question"),
        pytest.param(reply(flags=0xA180), "not a DNS reply", id="another operation"),
        pytest.param(reply(ident=9), "to another question", id="another identifier"),
        pytest.param(reply(name=b"\4evil\0"), "to another question", id="another name"),
        pytest.param(reply(kind="MX"), "to another question", id="another type"),
        pytest.param(LOOP + b"\xc0\x0c\0\1\0\1", "points forward", id="a name that points to itself"),
        pytest.param(LOOP + b"\xc0\x0e\xc0\x0c\0\1\0\1", "points forward", id="names that point to each other"),
        pytest.param(LOOP + b"\xc0\xff\0\1\0\1", "points forward", id="a name that points forward"),
        pytest.param(LOOP + b"\1a\xc0\x0c\0\1\0\1", "points forward", id="a name that points to its own beginning"),
        pytest.param(LOOP + b"\x40x\0\1\0\1", "unknown kind of label", id="unknown label"),
        pytest.param(LOOP + b"\x3f" + b"x" * 63, "it ends too early", id="name without an end"),
        pytest.param(LOOP + (b"\x3f" + b"x" * 63) * 5, "more than 255 bytes", id="long name"),
        pytest.param(reply(record(TO_NAME, "A", bytes(3))), "record of 3 bytes", id="short address"),
        pytest.param(reply(record(TO_NAME, "A", bytes(4)))[:-1], "in the middle of a record", id="cut off"),
        pytest.param(
            reply(TO_NAME + struct.pack("!2HIH", 16, 1, 0, 2) + b"\5abcde", kind="TXT"), "longer than its record",
            id="text longer than its record",
        ),
    ],
)  # fmt: skip
def test_not_a_reply(data, words):
    question = Question("www.example.com", "TXT", 0x1234) if "text" in words or "longer" in words else ASKED
    with pytest.raises(NotThisProtocol, match=words):
        decode_reply(data, question)


@given(st.binary(max_size=80), st.sampled_from(sorted(TYPES)))
def test_any_records(data, kind):
    header = struct.pack("!6H", 0x1234, 0x8180, 0, 3, 0, 0)
    with suppress(NotThisProtocol):
        decode_reply(header + data, Question("www.example.com", kind, 0x1234))
    with suppress(NotThisProtocol):
        decode_reply(reply(record(TO_NAME, kind, data), kind=kind), Question("www.example.com", kind, 0x1234))


@given(st.binary(max_size=200))
def test_any_bytes(data):
    with suppress(NotThisProtocol):
        decode_reply(data, ASKED)


@given(st.text(max_size=80), st.sampled_from(sorted(TYPES)))
def test_any_name(name, kind):
    with suppress(UsageError):
        assert len(Question(name, kind, 1).encode()) <= 12 + 255 + 4 + 11
