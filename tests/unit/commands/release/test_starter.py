"""The release.yml that `wherry release init` writes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wherry.commands.release.meaning import faults
from wherry.commands.release.project import Metadata
from wherry.commands.release.reading import read
from wherry.commands.release.starter import text
from wherry.errors import UsageError

SCRIPTS = (("acmectl", "acme.ctl:main"), ("acme", "acme.cli:main"))


def valid(metadata, lock=None):
    reading = read(text(metadata, lock).encode(), "release.yml")
    assert reading.file is not None, reading.faults
    assert faults(reading.file, reading.root, reading.text) == ()
    return reading.file


def test_all_that_is_known():
    metadata = Metadata("acme", "1.2.3", "", "Does: things", "MIT", "https://acme.dev", "Ada <ada@acme.dev>", SCRIPTS)
    file = valid(metadata, "requirements.lock")
    build = file.builds[0]
    assert (file.project_name, build.entry, build.lock, build.binary) == (
        "acme",
        "acme.cli:main",
        "requirements.lock",
        None,
    )
    package = file.nfpms[0]
    assert (package.maintainer, package.description) == ("Ada <ada@acme.dev>", "Does: things")
    assert (package.homepage, package.license) == ("https://acme.dev", "MIT")


def test_little_that_is_known():
    file = valid(Metadata("acme-tool", scripts=SCRIPTS[:1]))
    assert (file.builds[0].entry, file.builds[0].binary, file.builds[0].lock) == ("acme.ctl:main", "acmectl", None)
    assert file.nfpms == ()


def test_extras_of_an_entry_point_are_left_out():
    assert valid(Metadata("a", scripts=(("a", "a.b:c [extra]"),))).builds[0].entry == "a.b:c"


@pytest.mark.parametrize(
    "scripts, message",
    [
        pytest.param((), "project.scripts names no command", id="none"),
        pytest.param((("a", "a.b:c.d"),), r"project\.scripts\.a: 'a\.b:c\.d' is not module:function", id="attribute"),
        pytest.param((("a", "a"),), "is not module:function", id="module"),
    ],
)
def test_what_cannot_be_frozen(scripts, message):
    with pytest.raises(UsageError, match=message):
        text(Metadata("a", scripts=scripts), None)


WORDS = st.text(
    st.characters(exclude_categories=["Cc", "Cs", "Cn"], exclude_characters="\u2028\u2029\ufeff"), min_size=1
)


@given(WORDS, WORDS)
def test_any_words_are_quoted_as_yaml_needs(description, homepage):
    metadata = Metadata("acme", None, "", description, None, homepage, "A <a@b>", (("acme", "a:b"),))
    if not description.split():
        return
    package = valid(metadata).nfpms[0]
    assert package.description == " ".join(description.split())
    assert package.homepage == homepage


def test_a_name_too_short_for_packages():
    metadata = Metadata("a", None, "", "Does things", None, None, "A <a@b>", (("a", "a:b"),))
    assert valid(metadata).nfpms == ()
