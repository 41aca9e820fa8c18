"""What conditions can look at in an answer (see core/expect)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wherry.commands.request.call import Answer


def facts_of(answer: Answer, body: bytes) -> Mapping[str, object]:
    """The facts of ``answer``, keyed by subject family; ``body`` is the whole of it."""
    headers: dict[str, list[str]] = {}
    for name, value in answer.headers:
        headers.setdefault(name.lower(), []).append(value)
    return {
        "status": answer.status,
        "time": answer.seconds,
        "phases": answer.phases,
        "size": len(body),
        "body": body,
        "header": headers,
        "cookie": _cookies(headers.get("set-cookie", [])),
        "url": answer.url,
        "redirects": len(answer.redirects),
        "version": answer.version,
        "ip": answer.ip or None,
        "cert": answer.cert,
        "words": answer.status_words,
    }


def _cookies(values: list[str]) -> Mapping[str, str]:
    """Name and value of each Set-Cookie field (RFC 6265 section 5.2)."""
    pairs = (value.partition(";")[0].partition("=") for value in values)
    return {name.strip(): value.strip() for name, equals, value in pairs if equals}
