"""The environment variable that says where else the archives are. Pure."""

from __future__ import annotations

import re


def mirror(name: str) -> str:
    """ACME_INSTALL_URL for ``acme``; what cannot be in a variable's name is an underscore."""
    found = re.sub(r"[^A-Z0-9]", "_", name.upper(), flags=re.ASCII)
    return f"{'_' if found[:1].isdigit() else ''}{found}_INSTALL_URL"
