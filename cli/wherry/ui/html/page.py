"""The frame of a page that needs nothing but a browser.

Nothing is loaded and nothing leaves the page: its own policy (https://www.w3.org/TR/CSP3/) allows its style and its
script, by their hashes, and nothing else. So no element may have a ``style`` attribute.
"""

from __future__ import annotations

from base64 import b64encode
from datetime import UTC, datetime
from hashlib import sha256


def head(title: str, style: str, script: str) -> str:
    """Everything before the body's first element. ``title`` is escaped already."""
    policy = (
        f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width,initial-scale=1">\n'
        f"<title>{title}</title>\n"
        '<link rel="icon" href="data:,">\n'
        f"<style>{style}</style></head>\n<body>\n"
    )


def tail(script: str) -> str:
    """The end of the page, with the script that :func:`head` allowed."""
    return f"<script>{script}</script>\n</body></html>\n"


def time(seconds: float) -> str:
    """The second that is so many after 1970, for people and for programs."""
    at = datetime.fromtimestamp(seconds, UTC)
    return f'<time datetime="{at:%Y-%m-%dT%H:%M:%SZ}">{at:%Y-%m-%d %H:%M:%S} UTC</time>'


def _hash(content: str) -> str:
    return f"sha256-{b64encode(sha256(content.encode()).digest()).decode()}"
