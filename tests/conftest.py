"""What all tests share: the option that rewrites golden sessions, and which executable is under test."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

HOME = Path(__file__).resolve().parent.parent


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-sessions", action="store_true", help="write what wherry prints into tests/sessions")


@pytest.fixture(scope="session")
def binary() -> Path:
    """The frozen executable: WHERRY_BINARY, else dist/wherry. Skips where there is none."""
    path = Path(os.environ.get("WHERRY_BINARY") or HOME / "dist" / ("wherry.exe" if os.name == "nt" else "wherry"))
    if not path.exists():
        pytest.skip(f"no executable at {path}; `make binary` makes it")
    return path.absolute()
