"""What is to be run and how, and the rules across flags."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from wherry.commands.check.report.formats import FORMATS
from wherry.core.record import Record
from wherry.errors import UsageError
from wherry.ui.report import parse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from wherry.core.network import NetworkSettings
    from wherry.ui.report import Choice


class Options(Record):
    """One run. ``network`` gives the settings of a profile, None for the command's own. Durations are seconds.

    ``until_s``: what fails is tried again for so long. ``repeat``: so many times all of it is run.
    """

    paths: tuple[str, ...]
    network: Callable[[str | None], NetworkSettings]
    variables: Mapping[str, str] = MappingProxyType({})
    tags: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    jobs: int = 10
    fail_fast: bool = False
    until_s: float | None = None
    repeat: int = 1
    deadline_s: float | None = None
    choices: tuple[Choice, ...] = ()
    watch: bool = False


def from_command_line(
    given: Mapping[str, Any], network: Callable[[str | None], NetworkSettings], *, output: str
) -> Options:
    """What the command line in ``given`` asks for. Raises UsageError."""
    if not given["suites"]:
        raise UsageError("no suite is named", hint="name a file, such as smoke.yaml, or a folder of such files")
    for option in ("until", "deadline"):
        if given[option] is not None and given[option] <= 0:
            raise UsageError(f"--{option} must be more than 0")
    return Options(
        given["suites"],
        network,
        variables=_variables(given["var"]),
        tags=_split(given["tag"]),
        only=given["only"],
        jobs=given["jobs"],
        fail_fast=given["fail_fast"],
        until_s=given["until"],
        repeat=given["repeat"],
        deadline_s=given["deadline"],
        choices=parse(given["report"], FORMATS, output=output),
        watch=given["watch"],
    )


def _variables(words: Iterable[str]) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for word in words:
        name, equals, value = word.partition("=")
        if not equals or not name:
            raise UsageError(f"--var {word!r} is not NAME=VALUE")
        if name in found:
            raise UsageError(f"--var {name} is given twice")
        found[name] = value
    return MappingProxyType(found)


def _split(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(tag.strip() for word in words for tag in word.split(",") if tag.strip())
