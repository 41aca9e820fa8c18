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
    lines = []
    for family in families:
        lines.append(f"# HELP {family.name} {family.help.translate(_IN_HELP)}")
        lines.append(f"# TYPE {family.name} {family.kind}")
        for sample in family.samples:
            labels = ",".join(f'{name}="{value.translate(_IN_VALUE)}"' for name, value in sample.labels.items())
            braces = f"{{{labels}}}" if labels else ""
            lines.append(f"{family.name}{sample.suffix}{braces} {_number(sample.value)}")
    return "".join(f"{line}\n" for line in lines)


def _number(value: float) -> str:
    if value in (float("inf"), float("-inf")) or value != value:
        return {float("inf"): "+Inf", float("-inf"): "-Inf"}.get(value, "NaN")
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(float(value))
