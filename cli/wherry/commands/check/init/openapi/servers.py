"""Where the operations of a document are."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import urljoin, urlsplit, urlunsplit

if TYPE_CHECKING:
    from wherry.commands.check.init.openapi.document import Document

_VARIABLE: Final = re.compile(r"\{([^{}]+)\}")


def base_url(document: Document, document_url: str) -> str:
    """The URL that paths are added to, without a slash at its end; empty where the document does not say.

    ``document_url`` is where it came from, against which a relative one counts, empty for a file. Raises UsageError.
    """
    servers = document.items(document.root.get("servers"), "servers")
    server = document.map(servers[0], "servers[0]") if servers else {}
    variables = document.map(server.get("variables"), "servers[0].variables")

    def value(match: re.Match[str]) -> str:
        variable = document.map(variables.get(match[1]), "servers[0].variables")
        return str(variable.get("default", match[0]))

    url = urljoin(document_url, _VARIABLE.sub(value, str(server.get("url", "/"))))
    try:
        parts = urlsplit(url)
        _ = parts.port  # raises when it is no number
    except ValueError:
        return ""
    host = parts.netloc.rpartition("@")[2]
    if parts.scheme not in ("http", "https") or not host or re.search(r"[{}\s]", url):
        return ""
    return urlunsplit((parts.scheme, host, parts.path.rstrip("/"), "", ""))
