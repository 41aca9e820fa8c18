"""Suites that do not say what they should, and what their authors are told.

malformed.txt has them: a title after ===, the file, and after ---> what is said, a line for each fault.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from wherry.commands.check.suite.faults import SuiteError
from wherry.commands.check.suite.loading import load, validate
from wherry.errors import UsageError
from wherry.profile.file import Profile

_BLOCKS = re.split(r"^=== (.*)\n", Path(__file__).with_name("malformed.txt").read_text("utf-8"), flags=re.MULTILINE)
CASES = dict(zip(_BLOCKS[1::2], _BLOCKS[2::2], strict=True))
COMMON = 'version: 1\nvars: {base: "http://127.0.0.1"}\nchecks:\n  - {name: up, url: "${base}/up"}\n'
ENVIRON = {"BASE_URL": "http://127.0.0.1", "API_TOKEN": "s3cr3t-token"}


def profile_of(name: str | None) -> Profile:
    if name is None:
        return Profile()
    raise UsageError(f'config.toml: no profile {name!r}; did you mean "staging"?')


def test_there_are_as_many_as_the_title_promises():
    assert len(CASES) == len(_BLOCKS) // 2 >= 80


@pytest.mark.parametrize("block", [pytest.param(block, id=title) for title, block in CASES.items()])
def test_what_is_said_of_a_malformed_suite(block, tmp_path, monkeypatch):
    text, _, said = block.partition("--->\n")
    (tmp_path / "suite.yaml").write_text(text, "utf-8")
    (tmp_path / "common.yaml").write_text(COMMON, "utf-8")
    monkeypatch.chdir(tmp_path)
    faults = validate(["suite.yaml"], {}, ENVIRON, profile_of=profile_of)
    assert [str(fault).removeprefix("suite.yaml: ") for fault in faults] == said.splitlines()
    with pytest.raises(SuiteError) as caught:
        load(["suite.yaml"], {}, ENVIRON, profile_of=profile_of)
    assert str(caught.value).startswith(f"suite.yaml: {said.splitlines()[0]}")
    assert "s3cr3t" not in str(caught.value)
