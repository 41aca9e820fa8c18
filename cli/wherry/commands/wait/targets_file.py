"""A file of targets.

version: 1
targets:
  - url: postgres://app:${env:DB_PASSWORD}@db/app
    name: db
  - url: http://api:8080/ready
    expect: {status: 200, json.$.db: up}
    stable: 3
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

import msgspec
from msgspec import Meta

from wherry.commands.wait.options import Entry
from wherry.core.document import load_document
from wherry.core.expect import check_applies, from_map
from wherry.core.fit import Unfit
from wherry.core.record import replace
from wherry.core.redact import redact_url
from wherry.core.target import is_label, parse_target
from wherry.core.yaml import Entries, Scalar, plain
from wherry.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from wherry.core.expect import Condition
    from wherry.core.target import Target
    from wherry.core.yaml import Node


class Url:
    """A target as on the command line, without a name in front."""

    json_schema: ClassVar[dict[str, Any]] = {"type": "string", "minLength": 1, "examples": ["tcp://db:5432"]}

    def __init__(self, target: Target) -> None:
        self.target = target


class Expect:
    """A map of subjects to what they must be."""

    json_schema: ClassVar[dict[str, Any]] = {"type": "object", "minProperties": 1, "examples": [{"status": 200}]}

    def __init__(self, conditions: tuple[Condition, ...] = ()) -> None:
        self.conditions = conditions


class WaitTarget(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One target. What is left out is as the flags of the command line say."""

    url: Annotated[Url, Meta(description="A target as on the command line, such as tcp://db:5432.")]
    name: Annotated[
        Annotated[str, Meta(pattern="^[A-Za-z][A-Za-z0-9_.-]*$")] | None,
        Meta(description="What the target is called in messages and by --expect."),
    ] = None
    expect: Annotated[Expect | None, Meta(description="What must be true of it to be ready, by subject.")] = None
    stable: Annotated[Annotated[int, Meta(ge=1)] | None, Meta(description="Successes in a row that are needed.")] = None
    each_ip: Annotated[bool | None, Meta(description="Whether every address of its name must be ready.")] = None
    gone: Annotated[bool | None, Meta(description="Whether to wait until it is gone.")] = msgspec.field(
        default=None, name="not"
    )

    def __post_init__(self) -> None:
        for condition in self.expect.conditions if self.expect else ():
            check_applies(condition, self.url.target.kind)


class WaitFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A file for `wherry wait --file`."""

    targets: Annotated[list[WaitTarget], Meta(min_length=1, description="What to wait for, all at once.")]


def read(path: str) -> list[Entry]:
    """The targets in the file at ``path``, ``-`` for standard input. Raises UsageError.

    ``${file:PATH}`` within it is relative to the folder that it stands in.
    """
    source = "standard input" if path == "-" else path
    try:
        text = sys.stdin.buffer.read() if path == "-" else Path(path).read_bytes()
    except OSError as exc:
        raise UsageError(f"reading {source}: {exc.strerror or exc}") from None
    folder = Path() if path == "-" else Path(path).parent

    def read_file(name: str) -> str:
        return (folder / name).read_text("utf-8").removesuffix("\n")

    return parse(text, source, os.environ, read_file)


def parse(text: bytes, source: str, environ: Mapping[str, str], read_file: Callable[[str], str]) -> list[Entry]:
    """The targets that ``text`` describes. ``source`` names the file in messages. Raises UsageError."""
    hooks = {Url: _url, Expect: _expect}
    document = load_document(source, text, WaitFile, environ=environ, read_file=read_file, hooks=hooks)
    return [_entry(one) for one in document.targets]


def _entry(one: WaitTarget) -> Entry:
    target = one.url.target if one.name is None else replace(one.url.target, name=one.name)
    conditions = one.expect.conditions if one.expect else ()
    return Entry(target, conditions, stable=one.stable, each_ip=one.each_ip, gone=one.gone)


def _url(node: Node) -> Url:
    if not isinstance(node, Scalar) or node.value is None:
        raise Unfit(node, "expected a target such as tcp://db:5432")
    name, equals, rest = node.text.partition("=")
    if equals and is_label(name):
        raise Unfit(node, f"a name has a key of its own here; write name: {name} and url: {redact_url(rest)}")
    # A name is given, so that none is looked for in the text.
    target = parse_target(node.text, name="url")
    return Url(replace(target, name=target.shown))


def _expect(node: Node) -> Expect:
    if not isinstance(node, Entries) or not node.values:
        raise Unfit(node, "expected a map of conditions, such as {status: 200}")
    conditions = []
    for subject, value in node.values.items():
        try:
            conditions.append(from_map(subject, plain(value)))
        except UsageError as exc:
            raise Unfit(node.keys[subject], str(exc)) from None
    return Expect(tuple(conditions))
