"""The page that says what this server can be asked for."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from wherry.commands.serve import reply
from wherry.commands.serve.page import HEADERS, page

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from wherry.net.h1.exchange import Exchange


def index(lines: Sequence[tuple[str, str]]) -> Callable[[Exchange], None]:
    """Answer with a page for browsers, plain text for everyone else; ``lines`` are examples and summaries."""
    as_html, as_text = html(lines).encode(), text(lines).encode()

    def answer(exchange: Exchange) -> None:
        if "text/html" in (exchange.request.header("accept") or ""):
            exchange.respond(200, (*HEADERS, ("vary", "accept")), as_html)
        else:
            exchange.respond(200, (*reply.TEXT, ("vary", "accept")), as_text)

    return answer


def html(lines: Sequence[tuple[str, str]]) -> str:
    """A table with a link for each route."""
    rows = "\n".join(
        f'<tr><td><a href="{escape(example)}"><code>{escape(example)}</code></a></td><td>{escape(summary)}</td></tr>'
        for example, summary in lines
    )
    head = "<thead><tr><th>Route</th><th>Answer</th></tr></thead>"
    return page("wherry serve", f"<table>{head}<tbody>\n{rows}\n</tbody></table>")


def text(lines: Sequence[tuple[str, str]]) -> str:
    """One line a route."""
    width = max((len(example) for example, _ in lines), default=0)
    return "".join(f"{example.ljust(width)}  {summary}\n" for example, summary in lines)
