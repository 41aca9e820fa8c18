"""One GET of a small JSON document: `wherry request` against curl and httpie, whole processes."""

from __future__ import annotations

import sys

from measure import WHERRY, Claim, compare, present, process, quiet_home, serving


def main() -> bool:
    """Whether the claims hold."""
    with quiet_home(), serving() as url:
        return compare(
            "request GET",
            "ms",
            present(
                process("wherry request GET", WHERRY, "request", "GET", f"{url}/echo"),
                process("curl", "curl", "--silent", "--show-error", "--fail", f"{url}/echo"),
                process("http GET (httpie, Python)", "http", "--ignore-stdin", "GET", f"{url}/echo"),
            ),
            rounds=15,
            claims=[Claim("http GET (httpie, Python)", at_most=0.35)],
        )


if __name__ == "__main__":
    sys.exit(not main())
