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
from typing import TYPE_CHECKING, Annotated

import msgspec
from msgspec import Meta

from wherry.commands.wait.options import Entry
from wherry.core.document import load_document
from wherry.core.expect import check_applies
from wherry.core.record import replace
from wherry.core.wanted import Expect, Url, read_expect, read_url
from wherry.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


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
    hooks = {Url: read_url, Expect: read_expect}
    document = load_document(source, text, WaitFile, environ=environ, read_file=read_file, hooks=hooks)
    return [_entry(one) for one in document.targets]


def _entry(one: WaitTarget) -> Entry:
    target = one.url.target if one.name is None else replace(one.url.target, name=one.name)
    conditions = one.expect.conditions if one.expect else ()
    return Entry(target, conditions, stable=one.stable, each_ip=one.each_ip, gone=one.gone)
