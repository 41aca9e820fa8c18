"""Every golden session and every console block of the documents, from source and with the executable.

`make sessions` writes what wherry prints now into tests/sessions; the difference is for a person to read.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from session import Printed, met, parse, parse_markdown, rewritten, shown
from stage import play

HERE = Path(__file__).resolve().parent
HOME = HERE.parent.parent
FROM_SOURCE = [sys.executable, "-P", "-m", "wherry"]

SESSIONS = sorted(HERE.rglob("*.txt"))
DOCUMENTS = [path for path in (HOME / "README.md", *sorted((HOME / "docs").glob("*.md"))) if path.exists()]


@pytest.fixture(params=["source", "executable"])
def wherry(request: pytest.FixtureRequest) -> list[str]:
    """The command under test."""
    if request.param == "source":
        return FROM_SOURCE
    return [str(request.getfixturevalue("binary"))]


@pytest.mark.skipif(sys.platform == "win32", reason="sessions are bash's")
@pytest.mark.parametrize("path", SESSIONS, ids=lambda path: str(path.relative_to(HERE)))
def test_session(path: Path, wherry: list[str], tmp_path: Path, pytestconfig: pytest.Config) -> None:
    text = path.read_text(encoding="utf-8")
    actual: dict[int, Printed] = {}
    complaints = []
    for command, expected, printed in play(parse(path.name, text), tmp_path, wherry):
        if not met(expected, printed.raw):
            complaints += complaint(path, command.line, shown(command.text, expected), shown(command.text, printed.raw))
            actual[command.line] = printed.named
    if pytestconfig.getoption("--update-sessions") and actual and wherry == FROM_SOURCE:
        path.write_text(rewritten(text, actual), encoding="utf-8")
        pytest.skip("rewritten")
    assert not complaints, "\n".join(complaints)


@pytest.mark.skipif(sys.platform == "win32", reason="documents show a POSIX shell")
@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(HOME)))
def test_document(path: Path, wherry: list[str], tmp_path: Path) -> None:
    session = parse_markdown(path.name, path.read_text(encoding="utf-8"))
    complaints = []
    for command, expected, printed in play(session, tmp_path, wherry):
        if not met(expected, printed.raw):
            complaints += complaint(path, command.line, shown(command.text, expected), shown(command.text, printed.raw))
    assert not complaints, "\n".join(complaints)


def complaint(path: Path, line: int, expected: list[str], printed: list[str]) -> list[str]:
    """What a reader needs to see of a command that printed something else."""
    return [f"{path.name}:{line}: should be", *expected, "  but it is", *printed, ""]
