"""The runner's own rules: how a session is read, matched and rewritten."""

from __future__ import annotations

import pytest
from session import Command, File, Printed, matches, parse, parse_markdown, rewritten, unfinished

TEXT = """\
# words

% file a.yaml
    version: 1

    targets: []

$ wherry wait -f a.yaml \\
> --any
out

more
! err
!
[exit 2]

# more words
$ true
"""


def test_a_session_is_files_and_commands_in_order():
    assert parse("x", TEXT).steps == [
        File("a.yaml", "version: 1\n\ntargets: []\n"),
        Command(8, "wherry wait -f a.yaml \\\n--any", Printed(("out", "", "more"), ("err", ""), 2)),
        Command(18, "true", Printed()),
    ]


@pytest.mark.parametrize(
    ("text", "more"),
    [
        ("a <<'E'\nb'c", True),
        ("a <<E\nb\nE", False),
        ("a \\", True),
        ("a |", True),
        ("a &&", True),
        ("a '{", True),
        ("a 'b'", False),
        ("a", False),
        ("a > b", False),
    ],
)
def test_what_a_shell_goes_on_reading(text, more):
    assert unfinished(text) is more


def test_a_line_that_belongs_to_nothing_is_an_error():
    with pytest.raises(ValueError, match="line 1"):
        parse("x", "lost\n")


def test_a_document_is_its_console_fences():
    text = "# Title\n\n```sh\n$ no\n```\n\n```console\n$ wherry version\n# not a comment here\n\n$ echo $?\n0\n```\n"
    assert parse_markdown("x", text).steps == [
        Command(8, "wherry version", Printed(("# not a comment here",), code=None)),
        Command(11, "echo $?", Printed(("0",), code=None)),
    ]


def test_a_fence_of_a_document_may_be_a_file():
    text = "```yaml\n# dir/a.yaml\nversion: 1\n```\n\n```yaml\n# a word\n```\n\n```console\n$ true\n```\n"
    assert parse_markdown("x", text).steps == [
        File("dir/a.yaml", "# dir/a.yaml\nversion: 1\n"),
        Command(11, "true", Printed(code=None)),
    ]


@pytest.mark.parametrize(
    ("expected", "actual", "met"),
    [
        pytest.param(("a", "b"), ("a", "b"), True, id="same"),
        pytest.param(("a",), ("a", "b"), False, id="more"),
        pytest.param(("a", "b"), ("a",), False, id="less"),
        pytest.param(("a  ",), ("a",), False, id="spaces at the end of what is expected are taken off by parse"),
        pytest.param(("took [..]ms",), ("took 12.3ms",), True, id="within a line"),
        pytest.param(("took [..]ms",), ("took", "ms"), False, id="not across lines"),
        pytest.param(("...",), (), True, id="no line"),
        pytest.param(("a", "...", "z"), ("a", "b", "", "z"), True, id="lines"),
        pytest.param(("a", "...", "z"), ("a", "b"), False, id="no end"),
        pytest.param(("a.c (1)",), ("abc (1)",), False, id="no regular expression"),
    ],
)
def test_matching(expected, actual, met):
    assert matches(expected, actual) is met


def test_rewriting_keeps_what_was_right():
    new = rewritten(TEXT, {8: Printed(("other",), (), 0)})
    assert new == TEXT.replace("out\n\nmore\n! err\n!\n[exit 2]\n", "other\n")
    assert rewritten(TEXT, {}) == TEXT
    assert rewritten("$ a\n", {1: Printed(("x",), ("y",), 3)}) == "$ a\nx\n! y\n[exit 3]\n"
