"""The look of the pages this server makes: index pages, the list of routes, refusals. Nothing in them is loaded."""

from __future__ import annotations

from typing import Final

HEADERS: Final = (
    ("content-type", "text/html; charset=utf-8"),
    ("content-security-policy", "default-src 'none'; style-src 'unsafe-inline'"),
    ("x-content-type-options", "nosniff"),
)
STYLE: Final = """\
:root{color-scheme:light dark;--line:#d8dee4;--dim:#59636e;--link:#0550ae;--back:#fff;--text:#1f2328}
@media(prefers-color-scheme:dark){:root{--line:#3d444d;--dim:#9198a1;--link:#4493f8;--back:#0d1117;--text:#f0f6fc}}
body{font:15px/1.5 system-ui,sans-serif;background:var(--back);color:var(--text)}
body{max-width:60rem;margin:2rem auto;padding:0 1rem}h1{font-size:1.25rem;font-weight:600;overflow-wrap:anywhere}
a{color:var(--link);text-decoration:none}a:hover{text-decoration:underline}table{border-collapse:collapse;width:100%}
th,td{text-align:left;padding:.3rem .75rem .3rem 0;border-bottom:1px solid var(--line)}
th{font-weight:600;color:var(--dim)}th a{color:inherit}td{overflow-wrap:anywhere}
.n{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}.n:last-child{padding-right:0}
code{font:13px/1.5 ui-monospace,monospace}footer{color:var(--dim);margin-top:1rem;font-size:13px}"""


def page(title: str, body: str) -> str:
    """A page of ours around ``body``; both are HTML already."""
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>' + title + "</title>"
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<style>{STYLE}</style></head>\n<body><h1>{title}</h1>\n{body}\n</body></html>\n"
    )
