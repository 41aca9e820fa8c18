"""The server's words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from wherry.commands.serve.events import Listening


def text(event: Listening) -> str:
    """``listening on URL``, a line each; then the authority and the admin address where there are any."""
    lines = [f"listening on {url}" for url in event.urls]
    if event.authority is not None:
        lines.append(f"trust the certificate authority in {event.authority}")
    if event.admin is not None:
        lines.append(f"admin on {event.admin}")
    return "\n".join(lines)


def document(event: Listening) -> dict[str, Any]:
    """The same for programs; fields are only ever added."""
    return {
        "event": "listening",
        "urls": list(event.urls),
        "authority": event.authority,
        "admin": event.admin,
        "pid": event.pid,
    }
