"""What conditions can look at in an answer (see core/expect)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wherry.core.fields import by_name, cookies_set

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wherry.commands.request.call import Answer


def facts_of(answer: Answer, body: bytes, *, digest: bool) -> Mapping[str, object]:
    """The facts of ``answer``, keyed by subject family; ``body`` is the whole of it.

    ``digest`` asks for its SHA-256, which costs time.
    """
    headers = by_name(answer.headers)
    return {
        "status": answer.status,
        "time": answer.seconds,
        "phases": answer.phases,
        "size": len(body),
        "body": body,
        "header": headers,
        "cookie": cookies_set(headers),
        "url": answer.url,
        "redirects": len(answer.redirects),
        "version": answer.version,
        "ip": answer.ip or None,
        "cert": answer.cert,
        "tls": answer.tls,
        "sha256": _sha256(body) if digest else None,
        "words": answer.status_words,
    }


def _sha256(body: bytes) -> str:
    from hashlib import sha256

    return sha256(body).hexdigest()
