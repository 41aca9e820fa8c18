"""What packages are called by convention, as nfpm has it. Pure."""

from __future__ import annotations

from typing import Final

DEB_PROCESSORS: Final = {"amd64": "amd64", "arm64": "arm64"}
RPM_PROCESSORS: Final = {"amd64": "x86_64", "arm64": "aarch64"}
RPM_RELEASE: Final = "1"


def conventional(kind: str, name: str, version: str, processor: str) -> str:
    """``acme_1.2.3_amd64.deb`` and ``acme-1.2.3-1.x86_64.rpm``.

    ``version`` is as version.py makes it, ``processor`` in Go's words, of which others stand for
    themselves. A deb has no revision here: only Debian's own packages need one.
    """
    if kind == "deb":
        return f"{name}_{version}_{DEB_PROCESSORS.get(processor, processor)}.deb"
    return f"{name}-{version}-{RPM_RELEASE}.{RPM_PROCESSORS.get(processor, processor)}.rpm"
