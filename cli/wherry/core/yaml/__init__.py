"""Strict YAML that remembers where each value stands.

The scalars are those of YAML 1.2's core schema (https://yaml.org/spec/1.2.2/#103-core-schema): ``true``, ``null``,
``12``, ``0o17``, ``0x1f``, ``1.5``; ``yes``, ``no``, ``on`` and ``off`` are text, and so are dates. Refused, each with
its line: duplicate keys, a second document, tags other than ``!!str``, control characters, bytes that are not UTF-8, an
alias within its own anchor, and documents larger than they can honestly be (see the limits).
"""

from __future__ import annotations

from wherry.core.yaml.node import Entries, Items, Node, Scalar, plain
from wherry.core.yaml.reading import MAX_BYTES, MAX_DEPTH, MAX_NODES, YamlError, load
from wherry.core.yaml.scalars import scalar

__all__ = [
    "MAX_BYTES", "MAX_DEPTH", "MAX_NODES", "Entries", "Items", "Node", "Scalar", "YamlError", "load", "plain", "scalar",
]  # fmt: skip
