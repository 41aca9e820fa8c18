"""Suites written into a folder and loaded."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from textwrap import dedent
from typing import TYPE_CHECKING

import pytest

from wherry.commands.check.suite.loading import load
from wherry.commands.check.suite.planned import Planned, Suite
from wherry.profile.file import Profile

if TYPE_CHECKING:
    from pathlib import Path

Load = Callable[..., tuple[Suite, ...]]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, for paths as a user writes them."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def suites(folder: Path) -> Load:
    """Load texts by their file names, the first one named on the command line, or all that ``paths`` says."""

    def write_and_load(
        files: Mapping[str, str],
        *paths: str,
        variables: Mapping[str, str] | None = None,
        profiles: Mapping[str | None, Profile] | None = None,
        profile: str | None = None,
        **environ: str,
    ) -> tuple[Suite, ...]:
        for name, text in files.items():
            file = folder / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(dedent(text), "utf-8")
        known = {None: Profile(), **(profiles or {})}
        paths = paths or (next(iter(files)),)
        return load(paths, variables or {}, environ, profile_of=known.__getitem__, profile=profile)

    return write_and_load


@pytest.fixture
def checks(suites: Load) -> Callable[..., list[Planned]]:
    """The checks of one text, which is given without its version."""

    def of(text: str, **given: object) -> list[Planned]:
        (suite,) = suites({"suite.yaml": f"version: 1\n{dedent(text)}"}, **given)
        return list(suite.checks)

    return of
