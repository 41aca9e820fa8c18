"""The releases of others' programs in examples/release, of which try.sh makes whole releases."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from wherry.commands.release.build.environment import locked_names
from wherry.commands.release.file import PyInstallerBuild
from wherry.commands.release.loading import load

EXAMPLES = sorted(path.parent for path in (Path(__file__).parents[4] / "examples" / "release").glob("*/release.yml"))
ADDRESS = re.compile(r"://|^ *-(-index-url|-extra-index-url|-find-links|i|f)\b", re.MULTILINE)


@pytest.mark.parametrize("folder", EXAMPLES, ids=lambda folder: folder.name)
def test_it_is_valid_and_locks_all_that_it_is_made_of(folder):
    file = load(str(folder / "release.yml"))
    lock = (folder / "requirements.lock").read_text("utf-8")
    assert [each.lock for each in file.builds if isinstance(each, PyInstallerBuild)] == ["requirements.lock"]
    assert locked_names(lock) >= {file.project_name, "pyinstaller"}
    assert not ADDRESS.search(lock)


def test_there_are_several():
    assert len(EXAMPLES) >= 3
