"""A record as a document, and back."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from load_samples import OPEN, SAMPLES, records

from wherry.commands.load.report.document import is_record, read, render
from wherry.errors import UsageError


def changed(**fields):
    return json.dumps(json.loads(render(OPEN)) | fields).encode()


@pytest.mark.parametrize("name", SAMPLES)
def test_what_is_written_reads_as_it_was(name):
    text = render(SAMPLES[name])
    assert is_record(text.encode())
    assert read(text.encode(), "a.json") == SAMPLES[name]


@given(records)
@settings(max_examples=50)
def test_any_record_reads_as_it_was_and_moves_no_cursor(record):
    text = render(record)
    assert text[:-1].isprintable()
    assert read(text.encode(), "a.json") == record


def test_what_another_version_added_is_passed_over():
    assert read(changed(more=1), "a.json") == OPEN


@pytest.mark.parametrize(
    "data", [b"", b"[]", b"{}", b'{"format":1}', b'{"format":"other/1"}', b"\xff", b'{"format":"\xff"}']
)
def test_what_is_no_record(data):
    assert not is_record(data)


@pytest.mark.parametrize("data, words", [
    pytest.param(changed(format="wherry.load/2"), "a record of the form 'wherry.load/2'; this version", id="version"),
    pytest.param(changed(counts=5), "Expected `object`, got `int` - at `$.counts`", id="another type"),
    pytest.param(b'{"format":"wherry.load/1"}', "missing required field", id="half"),
    pytest.param(changed(began_s=-1.0), "it began -1.0 seconds after 1970", id="before 1970"),
    pytest.param(changed(began_s=1e300), "it began 1e+300 seconds", id="after all"),
    pytest.param(changed(bytes_in=10**30), "not a record", id="a huge number"),
    pytest.param(changed(latency={"count": 1, "hdr": "x"}), "it is no HdrHistogram", id="no histogram"),
    pytest.param(changed(phases={"tls": {"count": 1, "hdr": "x"}}), "it is no HdrHistogram", id="nor of a phase"),
])  # fmt: skip
def test_what_is_wrong_with_a_record(data, words):
    assert is_record(data)
    with pytest.raises(UsageError) as caught:
        read(data, "a.json")
    assert str(caught.value).startswith("a.json: ")
    assert words in str(caught.value)
