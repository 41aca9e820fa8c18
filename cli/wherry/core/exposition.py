"""Metrics in Prometheus's text format, version 0.0.4."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from wherry.core.record import Record

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_IN_VALUE = str.maketrans({"\\": r"\\", '"': r"\"", "\n": r"\n"})
_IN_HELP = str.maketrans({"\\": r"\\", "\n": r"\n"})


class Sample(Record):
    """One number; ``suffix`` is what a histogram's samples add to the name, such as ``_bucket``."""

    value: float
    labels: Mapping[str, str] = MappingProxyType({})
    suffix: str = ""


class Family(Record):
    """A metric: its name (units in it, ``_total`` for counters), what it means, its samples."""

    name: str
    kind: Literal["counter", "gauge", "histogram"]
    help: str
    samples: tuple[Sample, ...]


def counter(name: str, text: str, value: float) -> Family:
    """A counter without labels."""
    return Family(name, "counter", text, (Sample(value),))


def gauge(name: str, text: str, value: float) -> Family:
    """A gauge without labels."""
    return Family(name, "gauge", text, (Sample(value),))


def exposition(families: Iterable[Family]) -> str:
    """All of ``families`` as a page for Prometheus."""
    return "".join(
        heading(family.name, family.kind, family.help)
        + "".join(sample_line(family.name, each) for each in family.samples)
        for family in families
    )


def heading(name: str, kind: str, text: str) -> str:
    """The lines that a family begins with; its samples must follow, and stand nowhere else on the page."""
    return f"# HELP {name} {text.translate(_IN_HELP)}\n# TYPE {name} {kind}\n"


def sample_line(name: str, sample: Sample) -> str:
    """One sample of the family ``name``, on its line."""
    labels = ",".join(f'{label}="{value.translate(_IN_VALUE)}"' for label, value in sample.labels.items())
    braces = f"{{{labels}}}" if labels else ""
    return f"{name}{sample.suffix}{braces} {_number(sample.value)}\n"


def _number(value: float) -> str:
    if value in (float("inf"), float("-inf")) or value != value:
        return {float("inf"): "+Inf", float("-inf"): "-Inf"}.get(value, "NaN")
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(float(value))
