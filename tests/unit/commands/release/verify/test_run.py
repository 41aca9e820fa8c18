"""The command's own words: the key, the report as text and as JSON."""

from __future__ import annotations

import pytest
import small_release as small

from wherry.commands.release.verify import render, run
from wherry.commands.release.verify.check import Check, Origin, Report, State
from wherry.core.network import NetworkSettings
from wherry.errors import UsageError
from wherry.ui.paint import Paint

REPORT = Report(
    (Check("checksum", State.OK, "a", "as in SHA256SUMS"), Check("sbom", State.PROBLEM, "b\x1b[2J\n", "x\x9b")),
    {},
    Origin("c" * 40, None, "https://builder"),
)


def verify(target, key):
    return run.verify(run.Options(str(target), key, (), NetworkSettings(), 30.0))


def test_the_key_is_a_file_or_itself(tmp_path):
    release = small.write(tmp_path / "release")
    (tmp_path / "a.pub").write_text(small.KEY.public.text())
    assert verify(release, str(tmp_path / "a.pub")).verified
    assert verify(release, small.KEY.public.line()).verified
    with pytest.raises(UsageError, match=r"--public-key: nonsense is neither a file nor a public key"):
        verify(release, "nonsense")
    (tmp_path / "bad.pub").write_bytes(b"\xff")
    with pytest.raises(UsageError, match=r"bad\.pub: it is not UTF-8"):
        verify(release, str(tmp_path / "bad.pub"))
    with pytest.raises(UsageError, match="Is a directory"):
        verify(release, str(tmp_path))


def test_nothing_moves_the_cursor():
    found = list(render.lines("t\x1b", REPORT, Paint(on=False)))
    assert found == [
        "ok       checksum    a: as in SHA256SUMS",
        "problem  sbom        b\\x1b[2J\\n: x\\x9b",
        "t\\x1b: not verified, 1 problem",
    ]


def test_json():
    assert render.document("t", REPORT) == {
        "target": "t",
        "verified": False,
        "commit": "c" * 40,
        "repository": None,
        "builder": "https://builder",
        "checks": [
            {"kind": "checksum", "state": "ok", "name": "a", "words": "as in SHA256SUMS"},
            {"kind": "sbom", "state": "problem", "name": "b\x1b[2J\n", "words": "x\x9b"},
        ],
    }


def test_nothing_found():
    assert list(render.lines("t", Report((), {}, None), Paint(on=False))) == [
        "t: not verified, nothing says what it should be"
    ]
    assert render.document("t", Report((), {}, None))["verified"] is False
