"""The notes of a release, from commits."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wherry.commands.release.file import Changelog
from wherry.commands.release.git import Commit
from wherry.commands.release.publish.changelog import notes

COMMITS = (
    Commit("c" * 40, "fix: a crash"),
    Commit("b" * 40, "docs: say more"),
    Commit("a" * 40, "feat: a thing"),
)


def changelog(**values):
    return msgspec.convert(values, Changelog)


@pytest.mark.parametrize(
    "values, expected",
    [
        pytest.param(
            {},
            "## Changelog\n\n* ccccccc fix: a crash\n* bbbbbbb docs: say more\n* aaaaaaa feat: a thing\n",
            id="as git has them",
        ),
        pytest.param(
            {"sort": "asc"},
            "## Changelog\n\n* bbbbbbb docs: say more\n* aaaaaaa feat: a thing\n* ccccccc fix: a crash\n",
            id="sorted",
        ),
        pytest.param(
            {"sort": "desc", "filters": {"exclude": ["^docs"]}},
            "## Changelog\n\n* ccccccc fix: a crash\n* aaaaaaa feat: a thing\n",
            id="without some",
        ),
        pytest.param(
            {
                "groups": [
                    {"title": "Other", "order": 9},
                    {"title": "Mended", "regexp": "^fix", "order": 2},
                    {"title": "New", "regexp": "^feat", "order": 1},
                ]
            },
            "## Changelog\n\n### New\n\n* aaaaaaa feat: a thing\n\n### Mended\n\n* ccccccc fix: a crash\n"
            "\n### Other\n\n* bbbbbbb docs: say more\n",
            id="groups",
        ),
        pytest.param(
            {"groups": [{"title": "All", "order": 1}, {"title": "Mended", "regexp": "^fix", "order": 2}]},
            "## Changelog\n\n### All\n\n* bbbbbbb docs: say more\n* aaaaaaa feat: a thing\n"
            "\n### Mended\n\n* ccccccc fix: a crash\n",
            id="a group of the rest comes first and takes no other's",
        ),
        pytest.param(
            {"groups": [{"title": "New", "regexp": "^feat"}]},
            "## Changelog\n\n### New\n\n* aaaaaaa feat: a thing\n",
            id="what is in no group is not told of",
        ),
        pytest.param({"groups": [{"title": "Never", "regexp": "^perf"}]}, "", id="nothing in any group"),
        pytest.param({"filters": {"exclude": ["."]}}, "", id="nothing left"),
    ],
)
def test_notes(values, expected):
    assert notes(changelog(**values), COMMITS) == expected


def test_a_subject_is_text_and_no_markdown():
    found = notes(changelog(), [Commit("d" * 40, "use `a_b` <script> [x](y) #12 a|b *c*")])
    assert found.endswith("* ddddddd use \\`a\\_b\\` \\<script\\> \\[x\\](y) \\#12 a\\|b \\*c\\*\n")


@given(st.lists(st.sampled_from(["feat: a", "fix: b", "chore: c", "d"]), max_size=8))
def test_with_a_group_of_the_rest_each_commit_is_told_of_once(subjects):
    commits = [Commit(f"{index:040x}"[::-1], subject) for index, subject in enumerate(subjects)]
    groups = [{"title": "New", "regexp": "feat"}, {"title": "A", "regexp": "a"}, {"title": "Other"}]
    lines = [line for line in notes(changelog(groups=groups), commits).splitlines() if line.startswith("* ")]
    assert sorted(lines) == sorted(f"* {commit.id[:7]} {commit.subject}" for commit in commits)
