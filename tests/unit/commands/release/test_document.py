"""docs/release.md leaves nothing out."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from wherry.commands.release import fields
from wherry.commands.release.artifacts import Kind
from wherry.commands.release.file import TARGETS, ReleaseFile
from wherry.commands.release.forge import TOKENS
from wherry.commands.release.functions import FUNCTIONS
from wherry.commands.release.plan import SIGNING_KEY, Lack
from wherry.commands.release.reading import read
from wherry.core.document import schema_of

TEXT = (Path(__file__).parents[4] / "docs" / "release.md").read_text("utf-8")
# Words in code spans: `checksum.name_template` holds two.
WORDS = {word for span in re.findall(r"`([^`\n]+)`", TEXT) for word in re.findall(r"\w+", span)}


def keys():
    schema = schema_of(ReleaseFile)
    return sorted({key for each in (schema, *schema["$defs"].values()) for key in each["properties"]})


def known_fields():
    text = b"version: 1\nproject_name: a\nbuilds: [{builder: pyinstaller, entry: 'a:b', targets: [linux_amd64]}]"
    known = fields.sample(read(text, "release.yml").file, {})
    return sorted(fields.artifact_fields(fields.package_fields(fields.target_fields(known, "a_b", ""), "", ""), ""))


@pytest.mark.parametrize(
    "word", [*keys(), *known_fields(), *FUNCTIONS, *TARGETS, *Kind, *Lack, *TOKENS.values(), SIGNING_KEY]
)
def test_it_speaks_of(word):
    assert word in WORDS
