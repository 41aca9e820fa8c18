from __future__ import annotations

from email import message_from_bytes
from email.policy import HTTP

from wherry.core.multipart import PART_END, PartHead, closing, content_type


def test_a_body_is_what_a_mime_parser_reads() -> None:
    heads = [PartHead("comment"), PartHead("up", "a b.txt", "text/plain")]
    body = b"".join(head.encode("xyz") + b"content" + PART_END for head in heads) + closing("xyz")
    message = message_from_bytes(b"Content-Type: " + content_type("xyz").encode() + b"\r\n\r\n" + body, policy=HTTP)
    fields = [
        (part.get_param("name", header="content-disposition"), part.get_filename(), part.get_payload(decode=True))
        for part in message.iter_parts()
    ]
    assert fields == [("comment", None, b"content"), ("up", "a b.txt", b"content")]


def test_no_name_can_end_its_quotes_or_line() -> None:
    head = PartHead('a"b', 'x"\r\nX-Evil: 1').encode("xyz")
    assert head == (
        b'--xyz\r\nContent-Disposition: form-data; name="a%22b"; filename="x%22%0D%0AX-Evil: 1"\r\n\r\n'
    )  # fmt: skip
