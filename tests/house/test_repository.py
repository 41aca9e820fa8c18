"""Promises about the repository itself that no linter keeps."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

HOME = Path(__file__).resolve().parent.parent.parent
WORKFLOWS = sorted((HOME / ".github" / "workflows").glob("*.yml"))
LOCKS = sorted((HOME / "build").glob("*.lock"))
ROOMS = {"utils", "helpers", "common", "base", "misc", "manager"}


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_workflows_pin_each_action_to_a_commit_and_say_which_version(path):
    uses = re.findall(r"uses: *(.*)", path.read_text())
    assert uses
    for action in uses:
        assert re.fullmatch(r"[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", action), action


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_workflows_grant_nothing_beyond_reading_by_default(path):
    workflow = yaml.safe_load(path.read_text())
    assert workflow["permissions"] in ({}, {"contents": "read"})
    for name, job in workflow["jobs"].items():
        assert "timeout-minutes" in job, name


@pytest.mark.parametrize("path", LOCKS, ids=lambda path: path.name)
def test_locks_hash_everything_and_name_no_registry(path):
    text = path.read_text()
    assert "://" not in text
    requirements = re.split(r"\n(?=\S)", text.strip())
    assert len(requirements) > 10
    for requirement in requirements:
        assert re.match(r"[a-z0-9.-]+==\S+", requirement), requirement
        assert "--hash=sha256:" in requirement, requirement


def test_the_locks_agree():
    versions: dict[str, set[str]] = {}
    for lock in LOCKS:
        for name, version in re.findall(r"^([a-z0-9.-]+)==(\S+)", lock.read_text(), re.MULTILINE):
            versions.setdefault(name, set()).add(version)
    assert {name: found for name, found in versions.items() if len(found) > 1} == {}


def test_no_file_is_called_something_that_means_nothing():
    names = {path.stem for path in (HOME / "cli").rglob("*.py")} | {path.name for path in (HOME / "cli").rglob("*/")}
    assert not names & ROOMS
