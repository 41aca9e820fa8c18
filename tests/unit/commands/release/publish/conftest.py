"""Makes what the tests beside it share importable by them."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture(autouse=True)
def surroundings(tmp_path, monkeypatch):
    """No repository around the test's own, and none of the tokens of who runs it."""
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    for name in ("SOURCE_DATE_EPOCH", "GITHUB_ACTIONS", "GITHUB_TOKEN", "GITLAB_TOKEN", "GITEA_TOKEN", "CI_JOB_TOKEN"):
        monkeypatch.delenv(name, raising=False)
